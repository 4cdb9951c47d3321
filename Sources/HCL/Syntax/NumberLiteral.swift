/// What a number token means.
enum NumberLiteral {
    /// Nil if the text is no number, as `1..2`.
    static func value(_ text: String) -> Value? {
        guard isNumber(Array(text.utf8)), let number = Number(parsing: text) else { return nil }
        return .number(number)
    }

    /// Digits, perhaps with a point and an exponent: what is a number in JSON may be written in more ways in a value.
    private static func isNumber(_ text: [UInt8]) -> Bool {
        var index = 0
        func skipDigits() -> Int {
            let start = index
            while index < text.count, Scanner.isDigit(text[index]) { index += 1 }
            return index - start
        }
        guard skipDigits() > 0 else { return false }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            _ = skipDigits()
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() > 0 else { return false }
        }
        return index == text.count
    }
}
