/// Texts as messages of Terraform show them, which follow the habits of Go.
enum GoText {
    /// A character in single quotes.
    static func quoted(_ scalar: Unicode.Scalar) -> String {
        scalar == "'" ? "'\\''" : scalar == "\"" ? "'\"'" : "'\(String(scalar).goQuoted.dropFirst().dropLast())'"
    }

    /// A string in double quotes in which everything beyond ASCII is shown by bytes, as the `time` package has it.
    static func quotedBytes(_ text: String) -> String {
        var result = "\""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\\(Unicode.Scalar(byte))"
            case 0x20..<0x7f: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\x" + Unicode.Scalar(byte).hexadecimal(2)
            }
        }
        return result + "\""
    }
}

extension Sequence<UInt8> {
    /// The bytes as text, or nil if they are not UTF-8.
    var validText: String? { String(validating: Array(self), as: UTF8.self) }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    var text: String { String(decoding: Array(self), as: UTF8.self) }
}
