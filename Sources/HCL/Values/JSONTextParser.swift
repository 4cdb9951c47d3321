/// Reads JSON from UTF-8 by recursive descent.
struct JSONTextParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private let depthMax: Int

    init(_ text: String, depthMax: Int) {
        bytes = Array(text.utf8)
        self.depthMax = depthMax
    }

    mutating func parse() throws(JSONDecodingError) -> JSONText {
        skipSpace()
        if position == bytes.count { throw JSONDecodingError(message: "EOF") }
        let node = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw JSONDecodingError(message: "extraneous data after JSON object") }
        return node
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    /// The complaint about the byte at hand, or about the end.
    private func unexpected(_ context: String) -> JSONDecodingError {
        guard let byte else { return JSONDecodingError(message: "unexpected EOF") }
        let scalar = Unicode.Scalar(byte)
        let shown =
            switch scalar {
            case "'": "'\\''"
            case "\"": "'\"'"
            default: "'" + String(String(scalar).goQuoted.dropFirst().dropLast()) + "'"
            }
        return JSONDecodingError(message: "invalid character \(shown)" + (context.isEmpty ? "" : " \(context)"))
    }

    private mutating func parseValue() throws(JSONDecodingError) -> JSONText {
        depth += 1
        defer { depth -= 1 }
        guard depth <= depthMax else { throw JSONDecodingError(message: "exceeded max depth") }
        switch byte.map({ Unicode.Scalar($0) }) {
        case "{": return try parseObject()
        case "[": return try parseArray()
        case "\"": return .string(try parseString())
        case "t": return try parseWord("true", .bool(true))
        case "f": return try parseWord("false", .bool(false))
        case "n": return try parseWord("null", .null)
        case "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": return .number(try parseNumber())
        default: throw unexpected("looking for beginning of value")
        }
    }

    private mutating func parseWord(_ word: String, _ node: JSONText) throws(JSONDecodingError) -> JSONText {
        for (index, expected) in word.utf8.enumerated() {
            guard byte == expected else {
                throw unexpected("in literal \(word) (expecting '\(Unicode.Scalar(Array(word.utf8)[index]))')")
            }
            position += 1
        }
        return node
    }

    private mutating func parseArray() throws(JSONDecodingError) -> JSONText {
        position += 1
        var elements: [JSONText] = []
        skipSpace()
        if byte == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            skipSpace()
            elements.append(try parseValue())
            skipSpace()
            switch byte {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            default: throw unexpected("after array element")
            }
        }
    }

    private mutating func parseObject() throws(JSONDecodingError) -> JSONText {
        position += 1
        var members: [(String, JSONText)] = []
        skipSpace()
        if byte == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else {
                throw unexpected(members.isEmpty ? "" : "looking for beginning of object key string")
            }
            let name = try parseString()
            skipSpace()
            guard byte == UInt8(ascii: ":") else { throw unexpected("after object key") }
            position += 1
            skipSpace()
            members.append((name, try parseValue()))
            skipSpace()
            switch byte {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            default: throw unexpected("after object key:value pair")
            }
        }
    }

    private mutating func parseNumber() throws(JSONDecodingError) -> Number {
        let start = position
        if byte == UInt8(ascii: "-") { position += 1 }
        if byte == UInt8(ascii: "0") { position += 1 } else { try parseDigits("in numeric literal") }
        if byte == UInt8(ascii: ".") {
            position += 1
            try parseDigits("after decimal point in numeric literal")
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            try parseDigits("in exponent of numeric literal")
        }
        guard let number = Number(parsing: String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw JSONDecodingError(message: "value out of range")
        }
        return number
    }

    private mutating func parseDigits(_ context: String) throws(JSONDecodingError) {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw unexpected(context) }
    }

    private mutating func parseString() throws(JSONDecodingError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            case 0..<0x20:
                position -= 1
                throw unexpected("in string literal")
            default: text.append(byte)
            }
        }
        throw JSONDecodingError(message: "unexpected EOF")
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONDecodingError) {
        switch byte.map({ Unicode.Scalar($0) }) {
        case "\"": text.append(0x22)
        case "\\": text.append(0x5C)
        case "/": text.append(0x2F)
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        case "u":
            position += 1
            text.append(contentsOf: String(try parseScalar()).utf8)
            return
        default: throw unexpected("in string escape code")
        }
        position += 1
    }

    /// A half of a surrogate pair that stands alone becomes U+FFFD.
    private mutating func parseScalar() throws(JSONDecodingError) -> Unicode.Scalar {
        let first = try parseHexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let rest = position
        if first < 0xDC00, byte == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") {
            position += 2
            let second = try parseHexadecimal()
            if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) {
                return scalar
            }
            position = rest
        }
        return "\u{FFFD}"
    }

    private mutating func parseHexadecimal() throws(JSONDecodingError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = byte.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw unexpected("in \\u hexadecimal character escape")
            }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}
