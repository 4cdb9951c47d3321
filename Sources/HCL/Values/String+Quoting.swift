extension String {
    /// In quotes, as the language would be written: instance keys in addresses are.
    package var hclQuoted: String { "\"" + StringLiteral.escaped(self) + "\"" }

    /// In quotes, with the escapes of Go's `%q`.
    package var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{7}": text += "\\a"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{B}": text += "\\v"
            default:
                if scalar.isGoPrintable {
                    text.unicodeScalars.append(scalar)
                } else if scalar.value < 0x80 {
                    text += "\\x" + scalar.hexadecimal(2)
                } else if scalar.value < 0x10000 {
                    text += "\\u" + scalar.hexadecimal(4)
                } else {
                    text += "\\U" + scalar.hexadecimal(8)
                }
            }
        }
        return text + "\""
    }
}

extension Unicode.Scalar {
    /// Letters, marks, numbers, punctuation, symbols, and the space: what Go prints as it is.
    var isGoPrintable: Bool {
        if value < 0x80 { return value >= 0x20 && value < 0x7F }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }

    /// In lower case, with zeros in front.
    func hexadecimal(_ count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
