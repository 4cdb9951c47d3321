extension ParseRun {
    /// `[…]`, with expressions or with `for`.
    mutating func tuple() -> Expression {
        let open = read()
        pushNewlines(false)
        defer { popNewlines() }
        if list.matches(peek(), keyword: "for") { return forExpression(open) }
        var items: [Expression] = []
        let close = tupleItems(&items, open: open)
        return .tuple(items, open: range(open), range(open, close))
    }

    private mutating func tupleItems(_ items: inout [Expression], open: Token) -> Token {
        while true {
            if peek().kind == .closeBracket { return read() }
            let mark = diagnostics.count
            items.append(expression())
            if isLost(since: mark) { return recover(to: .closeBracket) }

            let separator = peek()
            if separator.kind == .closeBracket { return read() }
            guard separator.kind == .comma else {
                if !isRecovering {
                    if separator.kind == .endOfFile {
                        error(
                            "Unterminated tuple constructor expression",
                            "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket nesting elsewhere in this file.",
                            at: range(open))
                    } else {
                        error(
                            "Missing item separator", "Expected a comma to mark the beginning of the next item.", at: range(separator),
                            context: range(open, separator))
                    }
                }
                return recover(to: .closeBracket)
            }
            read()
        }
    }

    /// `{…}`, with keys and values or with `for`.
    mutating func object() -> Expression {
        let open = read()
        // A `for` may come after line endings, while those separate the items of an object.
        pushNewlines(false)
        let isFor = list.matches(peek(), keyword: "for")
        popNewlines()
        if isFor { return forExpression(open) }
        pushNewlines(true)
        defer { popNewlines() }
        var items: [ObjectItem] = []
        let close = objectItems(&items, open: open)
        return .object(items, open: range(open), range(open, close))
    }

    private mutating func objectItems(_ items: inout [ObjectItem], open: Token) -> Token {
        while true {
            let token = peek()
            if token.kind == .newline {
                read()
                continue
            }
            if token.kind == .closeBrace { return read() }

            let isForced = token.kind == .openParenthesis
            let keyMark = diagnostics.count
            let bareKey = expression()
            if isLost(since: keyMark) { return recover(to: .closeBrace) }
            let key = Expression.objectKey(bareKey, isForced: isForced, bareKey.range)

            let equals = peek()
            guard equals.kind == .equal || equals.kind == .colon else {
                if !isRecovering { tellMissingValue(equals, open: open) }
                return recover(to: .closeBrace)
            }
            read()

            let valueMark = diagnostics.count
            let value = expression()
            if isLost(since: valueMark) { return recover(to: .closeBrace) }
            items.append(ObjectItem(key: key, value: value))

            let separator = peek()
            if separator.kind == .closeBrace { return read() }
            guard separator.kind == .comma || separator.kind == .newline else {
                if !isRecovering {
                    if separator.kind == .endOfFile {
                        tellUnterminatedObject(open)
                    } else {
                        error(
                            "Missing attribute separator", "Expected a newline or comma to mark the beginning of the next attribute.",
                            at: range(separator), context: range(open, separator))
                    }
                }
                return recover(to: .closeBrace)
            }
            read()
        }
    }

    private mutating func tellUnterminatedObject(_ open: Token) {
        error(
            "Unterminated object constructor expression",
            "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
            at: range(open))
    }

    private mutating func tellMissingValue(_ token: Token, open: Token) {
        let place = range(token)
        let context = range(open, token)
        switch token.kind {
        case .newline, .comma:
            error(
                "Missing attribute value", "Expected an attribute value, introduced by an equals sign (\"=\").", at: place, context: context
            )
        case .identifier:
            error(
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.",
                at: place, context: context)
        case .endOfFile: tellUnterminatedObject(open)
        default:
            error(
                "Missing key/value separator", "Expected an equals sign (\"=\") to mark the beginning of the attribute value.", at: place,
                context: context)
        }
    }
}
