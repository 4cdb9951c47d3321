/// Finds tokens that are never valid, before anything is parsed.
enum TokenCheck {
    /// One diagnostic per kind of mistake, a few where each place matters.
    static func diagnostics(_ list: TokenList, file: String) -> Diagnostics {
        var told: [TokenKind: Int] = [:]
        var result: Diagnostics = []
        for token in list.tokens where token.kind.rawValue >= TokenKind.bitwiseAnd.rawValue {
            var key = token.kind
            if [.bitwiseOr, .bitwiseNot, .bitwiseXor].contains(key) { key = .bitwiseAnd }
            let count = told[key, default: 0]
            guard let (summary, detail) = message(token, list: list, alreadyTold: count) else {
                if key == .backtick || key == .apostrophe, count <= 2 { told[key] = count + 1 }
                continue
            }
            told[key] = count + 1
            let range = SourceRange(file: file, start: token.start.position, end: token.end.position)
            result.append(.error(summary, detail, subject: range))
        }
        return result
    }

    private static func message(_ token: Token, list: TokenList, alreadyTold count: Int) -> (summary: String, detail: String)? {
        switch token.kind {
        case .bitwiseAnd, .bitwiseOr, .bitwiseNot, .bitwiseXor:
            guard count < 4 else { return nil }
            let hints: [TokenKind: String] = [.bitwiseAnd: "AND (\"&&\")", .bitwiseOr: "OR (\"||\")", .bitwiseNot: "NOT (\"!\")"]
            let hint = hints[token.kind].map { " Did you mean boolean \($0)?" } ?? ""
            return ("Unsupported operator", "Bitwise operators are not supported." + hint)
        case .backtick:
            // Quotes come in pairs: the closing one is not told.
            guard count % 2 == 0 else { return nil }
            return (
                "Invalid character",
                "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\"."
            )
        case .apostrophe:
            guard count % 2 == 0 else { return nil }
            return ("Invalid character", "Single quotes are not valid. Use double quotes (\") to enclose strings.")
        case .semicolon:
            guard count < 1 else { return nil }
            return (
                "Invalid character",
                "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values."
            )
        case .badEncoding:
            guard count < 1 else { return nil }
            return (
                "Invalid character encoding",
                "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor."
            )
        case .quotedNewline:
            return (
                "Invalid multi-line string",
                "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax."
            )
        case .invalid:
            if ["“", "”"].contains(list.string(token)) {
                return (
                    "Invalid character",
                    "\"Curly quotes\" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a \"straight quote\"."
                )
            }
            return ("Invalid character", "This character is not used within the language.")
        default:
            return nil
        }
    }
}
