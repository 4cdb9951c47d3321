/// Numbers and strings as JSON spells them.
enum JSONScalar {
    /// Where a string is wrong: how many bytes were looked at.
    struct Mistake: Error {
        var offset: Int
    }

    /// Whether the rules of JSON for numbers hold, which are stricter than those of a native number.
    static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { Scanner.isDigit($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let isZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !isZero || whole == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    /// The text of a token that begins with a quote.
    static func string(_ token: ArraySlice<UInt8>) -> Result<String, Mistake> {
        var output: [UInt8] = []
        var index = token.startIndex + 1
        func failure(_ at: Int) -> Result<String, Mistake> { .failure(Mistake(offset: at - token.startIndex + 1)) }
        while index < token.endIndex {
            let byte = token[index]
            if byte == UInt8(ascii: "\"") {
                return index + 1 == token.endIndex ? .success(String(decoding: output, as: UTF8.self)) : failure(index + 1)
            }
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                index += 1
                continue
            }
            guard index + 1 < token.endIndex else { break }
            if token[index + 1] == UInt8(ascii: "u") {
                guard let (scalar, length) = unicodeEscape(token[index...]) else {
                    let digits = token[(index + 2)...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || isHexLetter($0) }.count
                    return failure(index + 2 + digits)
                }
                output += Array(String(Character(scalar)).utf8)
                index += length
            } else if let replacement = simpleEscapes[token[index + 1]] {
                output.append(replacement)
                index += 2
            } else {
                return failure(index + 1)
            }
        }
        return .failure(Mistake(offset: token.count))
    }

    private static func isHexLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f") }

    private static let simpleEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "/"): UInt8(ascii: "/"),
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    /// The character of `\uXXXX`, or of a pair of them; half a pair is the replacement character. Nil without four digits.
    private static func unicodeEscape(_ rest: ArraySlice<UInt8>) -> (Unicode.Scalar, length: Int)? {
        guard let first = unit(rest) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
        if first < 0xDC00, let second = unit(rest.dropFirst(6)), 0xDC00..<0xE000 ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        {
            return (scalar, 12)
        }
        return ("\u{FFFD}", 6)
    }

    private static func unit(_ rest: ArraySlice<UInt8>) -> UInt32? {
        guard rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return nil }
        let digits = rest.dropFirst(2).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Scanner.isDigit($0) || isHexLetter($0) }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
