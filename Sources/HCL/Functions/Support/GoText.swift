/// Texts as messages of Terraform show them, which follow the habits of Go.
enum GoText {
    /// A string in double quotes, with escapes for what is not printed.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                result += "\\\(scalar)"
            } else {
                result += escaped(scalar)
            }
        }
        return result + "\""
    }

    /// A character in single quotes.
    static func quoted(_ scalar: Unicode.Scalar) -> String {
        scalar == "'" || scalar == "\\" ? "'\\\(scalar)'" : "'\(escaped(scalar))'"
    }

    /// A string in double quotes in which everything beyond ASCII is shown by bytes, as the `time` package has it.
    static func quotedBytes(_ text: String) -> String {
        var result = "\""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\\(Unicode.Scalar(byte))"
            case 0x20..<0x7f: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\x" + hexadecimal(UInt32(byte), digits: 2)
            }
        }
        return result + "\""
    }

    static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0a: "\\n"
        case 0x0b: "\\v"
        case 0x0c: "\\f"
        case 0x0d: "\\r"
        case _ where isPrinted(scalar): String(scalar)
        case ..<0x80: "\\x" + hexadecimal(scalar.value, digits: 2)
        case ..<0x10000: "\\u" + hexadecimal(scalar.value, digits: 4)
        default: "\\U" + hexadecimal(scalar.value, digits: 8)
        }
    }

    /// Whether a character is shown as it is: letters, marks, numbers, punctuation, symbols and the ordinary space.
    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}

extension Sequence<UInt8> {
    /// The bytes as text, or nil if they are not UTF-8.
    var validText: String? { String(validating: Array(self), as: UTF8.self) }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    var text: String { String(decoding: Array(self), as: UTF8.self) }
}
