/// Cuts bytes into tokens.
///
/// At each place the longest token wins, and there is always one: bytes that mean nothing become
/// ``TokenKind/invalid`` or ``TokenKind/badEncoding``. Templates switch between modes, kept on a stack.
struct Scanner {
    enum Mode {
        case main
        case quoted
        case heredoc
        /// A template that is the whole text.
        case bare
    }

    struct Heredoc {
        var marker: ArraySlice<UInt8>
        var isAtLineStart: Bool
    }

    let bytes: [UInt8]
    let base: Int
    var offset: Int
    var position: SourcePosition
    var tokens: [Token] = []
    var modes: [Mode]
    /// Open braces, and at which count a closing one ends a template sequence.
    var braces = 0
    var sequenceBraces: [Int] = []
    var heredocs: [Heredoc] = []
    /// Whether it is known that no comment ends from here on.
    var lacksCommentEnd = false
    /// Whether the limit of tokens was reached.
    var isCut = false

    init(_ bytes: [UInt8], start: SourcePosition, mode: Mode) {
        self.bytes = bytes
        base = start.byte
        position = start
        modes = [mode]
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        position.byte += offset
    }

    /// All tokens of a text.
    static func scan(_ bytes: [UInt8], start: SourcePosition, mode: Mode) -> (list: TokenList, isCut: Bool) {
        var scanner = Scanner(bytes, start: start, mode: mode)
        scanner.run()
        return (TokenList(bytes: bytes, base: scanner.base, tokens: scanner.tokens), scanner.isCut)
    }

    mutating func run() {
        while offset < bytes.count {
            if tokens.count >= SyntaxLimits.tokensMax {
                isCut = true
                break
            }
            switch modes[modes.count - 1] {
            case .main: scanMain()
            case .quoted: scanQuoted()
            case .heredoc: scanHeredoc()
            case .bare: scanBare()
            }
        }
        if isCut { offset = bytes.count }
        emit(.endOfFile, to: offset)
    }

    /// Adds the token from the current place to `end` and moves there.
    mutating func emit(_ kind: TokenKind, to end: Int) {
        // Only blanks are skipped between tokens: a column for each.
        var start = position
        start.column += offset + base - position.byte
        start.byte = offset + base
        position = Columns.advance(start, over: bytes[offset..<end])
        tokens.append(Token(kind: kind, start: Token.Place(start), end: Token.Place(position)))
        offset = end
    }

    func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    // MARK: Outside templates

    private mutating func scanMain() {
        let first = bytes[offset]
        let second = byte(offset + 1)
        switch first {
        case UInt8(ascii: " "), 0x09: offset += 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): emit(.number, to: numberEnd(offset))
        case UInt8(ascii: "\n"): emit(.newline, to: offset + 1)
        case UInt8(ascii: "\r") where second == UInt8(ascii: "\n"): emit(.newline, to: offset + 2)
        case UInt8(ascii: "#"): emit(.comment, to: lineEnd(offset))
        case UInt8(ascii: "/"):
            if second == UInt8(ascii: "/") {
                emit(.comment, to: lineEnd(offset))
            } else if second == UInt8(ascii: "*"), let end = blockCommentEnd(offset + 2) {
                emit(.comment, to: end)
            } else {
                emit(.slash, to: offset + 1)
            }
        case UInt8(ascii: "{"):
            emit(.openBrace, to: offset + 1)
            braces += 1
        case UInt8(ascii: "}"): closeBrace(length: 1)
        case UInt8(ascii: "~") where second == UInt8(ascii: "}"): closeBrace(length: 2)
        case UInt8(ascii: "\""):
            emit(.openQuote, to: offset + 1)
            modes.append(.quoted)
        case UInt8(ascii: "<") where second == UInt8(ascii: "<") && openHeredoc(): break
        default: scanSymbolOrName(first, second)
        }
    }

    private mutating func scanSymbolOrName(_ first: UInt8, _ second: UInt8?) {
        if let symbol = Self.pairs[UInt16(first) << 8 | UInt16(second ?? 0)] {
            emit(symbol, to: offset + 2)
        } else if first == UInt8(ascii: "."), second == first, byte(offset + 2) == first {
            emit(.ellipsis, to: offset + 3)
        } else if let symbol = Self.singles[first] {
            emit(symbol, to: offset + 1)
        } else if let end = identifierEnd(offset) {
            emit(.identifier, to: end)
        } else if let length = characterLength(offset) {
            emit(.invalid, to: offset + length)
        } else {
            emit(.badEncoding, to: offset + 1)
        }
    }

    private mutating func closeBrace(length: Int) {
        if let last = sequenceBraces.last, last == braces {
            emit(.sequenceEnd, to: offset + length)
            sequenceBraces.removeLast()
            modes.removeLast()
        } else {
            // With a tilde it never closes a plain brace: the parser says so.
            emit(length == 1 ? .closeBrace : .sequenceEnd, to: offset + length)
        }
        braces -= 1
    }

    private static let singles: [UInt8: TokenKind] = [
        UInt8(ascii: "["): .openBracket, UInt8(ascii: "]"): .closeBracket, UInt8(ascii: "("): .openParenthesis,
        UInt8(ascii: ")"): .closeParenthesis, UInt8(ascii: "."): .dot, UInt8(ascii: ","): .comma, UInt8(ascii: "*"): .star,
        UInt8(ascii: "%"): .percent, UInt8(ascii: "+"): .plus, UInt8(ascii: "-"): .minus, UInt8(ascii: "="): .equal,
        UInt8(ascii: "<"): .less, UInt8(ascii: ">"): .greater, UInt8(ascii: "!"): .bang, UInt8(ascii: "?"): .question,
        UInt8(ascii: ":"): .colon, UInt8(ascii: "&"): .bitwiseAnd, UInt8(ascii: "|"): .bitwiseOr, UInt8(ascii: "~"): .bitwiseNot,
        UInt8(ascii: "^"): .bitwiseXor, UInt8(ascii: ";"): .semicolon, UInt8(ascii: "`"): .backtick, UInt8(ascii: "'"): .apostrophe,
    ]

    private static let pairs: [UInt16: TokenKind] = {
        let table: [(StaticString, TokenKind)] = [
            ("==", .equalTo), ("!=", .notEqualTo), (">=", .greaterOrEqual), ("<=", .lessOrEqual), ("&&", .and), ("||", .or),
            ("::", .doubleColon), ("=>", .fatArrow),
        ]
        return Dictionary(uniqueKeysWithValues: table.map { (UInt16($0.utf8Start[0]) << 8 | UInt16($0.utf8Start[1]), $1) })
    }()
}
