/// Whether tokens of a line have a blank between them.
enum Spacing {
    /// - Parameter before: what precedes `subject` in its cell, if anything does.
    static func isBlank(after subject: FormatToken, before: TokenKind?, and after: FormatToken) -> Bool {
        switch (subject.kind, after.kind) {
        case (_, .newline), (.identifier, .openParenthesis), (.identifier, .doubleColon), (.doubleColon, .identifier), (.dot, _),
            (_, .dot), (_, .comma), (_, .ellipsis):
            return false
        case (.comma, _): return true
        case (.quotedText, _), (.plainText, _), (.openQuote, _), (.openHeredoc, _), (_, .quotedText), (_, .plainText), (_, .closeQuote),
            (_, .closeHeredoc):
            return false
        default: break
        }
        // In `for x in [1]` the word is no name with an index.
        if before == .identifier, subject.isWord("in") { return true }
        if after.kind == .openBracket, subject.kind == .identifier || subject.kind == .number || subject.bracketChange < 0 { return false }

        switch (subject.kind, after.kind) {
        case (.bang, _): return false
        case (.minus, _): return isSubtraction(before)
        case (.openBrace, .closeBrace): return false
        case (.openBrace, _), (_, .closeBrace): return true
        case (.interpolation, .openBrace), (.control, .openBrace), (.closeBrace, .sequenceEnd): return true
        case (.sequenceEnd, .interpolation), (.sequenceEnd, .control): return false
        default: return subject.bracketChange <= 0 && after.bracketChange >= 0
        }
    }

    /// Guesses what a minus is from what precedes it.
    private static func isSubtraction(_ before: TokenKind?) -> Bool {
        switch before {
        case nil, .openParenthesis, .openBrace, .openBracket, .equal, .colon, .comma, .question, .plus, .star, .slash, .percent, .minus,
            .equalTo, .notEqualTo, .greater, .greaterOrEqual, .less, .lessOrEqual, .and, .or, .bang:
            false
        default: true
        }
    }
}
