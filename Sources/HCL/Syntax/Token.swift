/// What a token is.
enum TokenKind: UInt8, Sendable {
    case openBrace, closeBrace, openBracket, closeBracket, openParenthesis, closeParenthesis
    case openQuote, closeQuote, openHeredoc, closeHeredoc
    case star, slash, plus, minus, percent
    case equal, equalTo, notEqualTo, less, lessOrEqual, greater, greaterOrEqual
    case and, or, bang
    case dot, comma, doubleColon, ellipsis, fatArrow, question, colon
    /// `${`, `%{` and what ends them; each may have a `~`.
    case interpolation, control, sequenceEnd
    /// Literal text between quotes, with escapes, and in a heredoc, without.
    case quotedText, plainText
    case number, identifier
    /// A one-line comment has its line ending.
    case comment
    case newline, endOfFile

    // Never valid; each has its diagnostic.
    case bitwiseAnd, bitwiseOr, bitwiseNot, bitwiseXor
    case apostrophe, backtick, semicolon
    case invalid, badEncoding, quotedNewline
}

/// A token and where it stands; its text is in the scanned bytes.
struct Token: Sendable {
    /// A position in 12 bytes: there is a token for every few bytes of a file.
    struct Place: Sendable {
        var line: UInt32
        var column: UInt32
        var byte: UInt32

        init(_ position: SourcePosition) {
            line = UInt32(clamping: position.line)
            column = UInt32(clamping: position.column)
            byte = UInt32(clamping: position.byte)
        }

        var position: SourcePosition { SourcePosition(line: Int(line), column: Int(column), byte: Int(byte)) }
    }

    var kind: TokenKind
    var start: Place
    var end: Place
}

/// The tokens of a text, ending with ``TokenKind/endOfFile``.
struct TokenList: Sendable {
    let bytes: [UInt8]
    /// The position of the first byte.
    let base: Int
    var tokens: [Token]

    func text(_ token: Token) -> ArraySlice<UInt8> { bytes[(Int(token.start.byte) - base)..<(Int(token.end.byte) - base)] }

    func string(_ token: Token) -> String { String(decoding: text(token), as: UTF8.self) }

    func matches(_ token: Token, keyword: StaticString) -> Bool {
        guard token.kind == .identifier else { return false }
        return text(token).elementsEqual(UnsafeBufferPointer(start: keyword.utf8Start, count: keyword.utf8CodeUnitCount))
    }
}
