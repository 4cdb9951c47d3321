/// The text of a literal token, with escapes resolved.
struct StringLiteral {
    private let bytes: ArraySlice<UInt8>
    private let isQuoted: Bool
    private let file: String
    private var index: Int
    private var position: SourcePosition
    private var output: [UInt8] = []
    private var diagnostics: Diagnostics = []

    /// Between quotes a backslash escapes; in both kinds `$${` and `%%{` stand for `${` and `%{`.
    static func parse(_ token: Token, in list: TokenList, file: String) -> (text: String, diagnostics: Diagnostics) {
        let bytes = list.text(token)
        let isQuoted = token.kind == .quotedText
        let isPlain = !bytes.contains { byte in
            byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") || isQuoted && byte == UInt8(ascii: "\\")
        }
        if isPlain { return (String(decoding: bytes, as: UTF8.self), []) }
        var literal = StringLiteral(bytes: bytes, isQuoted: isQuoted, file: file, start: token.start.position)
        literal.run()
        return (String(decoding: literal.output, as: UTF8.self), literal.diagnostics)
    }

    private init(bytes: ArraySlice<UInt8>, isQuoted: Bool, file: String, start: SourcePosition) {
        self.bytes = bytes
        self.isQuoted = isQuoted
        self.file = file
        index = bytes.startIndex
        position = start
    }

    private mutating func run() {
        while index < bytes.endIndex {
            let end = pieceEnd()
            let piece = bytes[index..<end]
            let start = position
            position = Columns.advance(position, over: piece)
            resolve(piece, at: SourceRange(file: file, start: start, end: position))
            index = end
        }
    }

    /// The end of the escape, sequence or plain text that starts here.
    private func pieceEnd() -> Int {
        let first = bytes[index]
        switch first {
        case UInt8(ascii: "$"), UInt8(ascii: "%"):
            guard index + 1 < bytes.endIndex, bytes[index + 1] == first else { return index + 1 }
            return index + (index + 2 < bytes.endIndex && bytes[index + 2] == UInt8(ascii: "{") ? 3 : 2)
        case UInt8(ascii: "\\") where isQuoted: return escapeEnd()
        default:
            return bytes[index...].firstIndex { byte in
                byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") || isQuoted && byte == UInt8(ascii: "\\")
            } ?? bytes.endIndex
        }
    }

    private func escapeEnd() -> Int {
        guard index + 1 < bytes.endIndex else { return bytes.endIndex }
        let selector = bytes[index + 1]
        if selector | 0x20 == UInt8(ascii: "u") {
            let last = min(bytes.endIndex, index + (selector == UInt8(ascii: "u") ? 6 : 10))
            return bytes[(index + 2)..<last].firstIndex { !Self.isHex($0) } ?? last
        }
        var end = index + 2
        while end < bytes.endIndex, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        Scanner.isDigit(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f")
    }

    private mutating func resolve(_ piece: ArraySlice<UInt8>, at range: SourceRange) {
        if isQuoted, piece.first == UInt8(ascii: "\\") {
            resolveEscape(piece, at: range)
        } else if piece.count == 3, piece.last == UInt8(ascii: "{"), let first = piece.first,
            first == UInt8(ascii: "$") || first == UInt8(ascii: "%"), piece[piece.startIndex + 1] == first
        {
            output += [first, UInt8(ascii: "{")]
        } else {
            output += piece
        }
    }

    private mutating func fail(_ detail: String, at range: SourceRange) {
        diagnostics.append(.error("Invalid escape sequence", detail, subject: range))
    }

    private mutating func resolveEscape(_ piece: ArraySlice<UInt8>, at range: SourceRange) {
        guard piece.count > 1 else {
            fail("Backslash must be followed by an escape sequence selector character.", at: range)
            output += piece
            return
        }
        switch piece[piece.startIndex + 1] {
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "u") where piece.count != 6:
            fail("The \\u escape sequence must be followed by four hexadecimal digits.", at: range)
            output += piece
        case UInt8(ascii: "U") where piece.count != 10:
            fail("The \\U escape sequence must be followed by eight hexadecimal digits.", at: range)
            output += piece
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = String(decoding: piece.dropFirst(2), as: UTF8.self)
            let value = UInt32(digits, radix: 16) ?? .max
            if let scalar = Unicode.Scalar(value) {
                output += Array(String(Character(scalar)).utf8)
            } else {
                // Half of a surrogate pair, or beyond the last plane.
                let significant = String(value, radix: 16)
                let zeros = String(repeating: "0", count: max(0, 4 - significant.count))
                fail("Cannot encode character U+\(zeros)\(significant) in UTF-8.", at: range)
                output += piece
            }
        default:
            let symbol = String(decoding: piece.dropFirst(), as: UTF8.self)
            fail("The symbol \(symbol.goQuoted) is not a valid escape sequence selector.", at: range)
            output += piece.dropFirst()
        }
    }
}

extension StringLiteral {
    /// The text that bytes between quotes stand for; wrong escapes stay as they are.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var literal = StringLiteral(bytes: bytes, isQuoted: true, file: "", start: .start)
        literal.run()
        return String(decoding: literal.output, as: UTF8.self)
    }

    /// What to write between quotes for a text.
    static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "$", "%":
                result.unicodeScalars.append(scalar)
                if index + 1 < scalars.count, scalars[index + 1] == "{" { result.unicodeScalars.append(scalar) }
            case _ where scalar.isGoPrintable: result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x10000: result += "\\u" + scalar.hexadecimal(4)
            default: result += "\\U" + scalar.hexadecimal(8)
            }
        }
        return result
    }
}
