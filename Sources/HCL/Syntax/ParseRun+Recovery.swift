extension ParseRun {
    /// Skips to after the `end` that closes the current bracket, and returns it, or the end of the file.
    @discardableResult
    @inline(never)
    mutating func recover(to end: TokenKind) -> Token {
        isRecovering = true
        let start = Self.opposite(end)
        var nesting = 0
        while true {
            let token = read()
            var kind = token.kind
            if end == .sequenceEnd, kind == .control { kind = .interpolation }
            if kind == start {
                nesting += 1
            } else if kind == end {
                if nesting < 1 { return token }
                nesting -= 1
            } else if kind == .endOfFile {
                return token
            }
        }
    }

    /// Skips to after the next bracket `start` and what it encloses.
    @inline(never)
    mutating func recover(over start: TokenKind) {
        while true {
            let kind = read().kind
            if kind == start || kind == .endOfFile { break }
        }
        recover(to: Self.opposite(start) ?? .endOfFile)
    }

    /// Skips to the next line that starts outside all brackets seen on the way.
    @inline(never)
    mutating func recoverAfterItem() {
        isRecovering = true
        var open: [TokenKind] = []
        while true {
            let token = read()
            switch token.kind {
            case .newline where open.isEmpty: return
            case .endOfFile: return
            case .openBrace, .openBracket, .openParenthesis, .openQuote, .openHeredoc, .interpolation, .control: open.append(token.kind)
            case .closeBrace, .closeBracket, .closeParenthesis, .closeQuote, .closeHeredoc:
                let opener = Self.opposite(token.kind)
                while let last = open.popLast(), last != opener {}
            case .sequenceEnd:
                while let last = open.popLast(), last != .interpolation && last != .control {}
            default: break
            }
        }
    }

    static func opposite(_ kind: TokenKind) -> TokenKind? {
        switch kind {
        case .openBrace: .closeBrace
        case .openBracket: .closeBracket
        case .openParenthesis: .closeParenthesis
        case .openQuote: .closeQuote
        case .openHeredoc: .closeHeredoc
        case .closeBrace: .openBrace
        case .closeBracket: .openBracket
        case .closeParenthesis: .openParenthesis
        case .closeQuote: .openQuote
        case .closeHeredoc: .openHeredoc
        case .control, .interpolation: .sequenceEnd
        case .sequenceEnd: .interpolation
        default: nil
        }
    }
}
