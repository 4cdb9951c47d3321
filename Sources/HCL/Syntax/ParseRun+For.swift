extension ParseRun {
    /// The names, the collection and so on after `[` or `{`, when `for` is next.
    mutating func forExpression(_ open: Token) -> Expression {
        pushNewlines(false)
        defer { popNewlines() }
        read()
        let closer: TokenKind = open.kind == .openBrace ? .closeBrace : .closeBracket
        guard let found = forParts(open, closer: closer) else {
            let close = recover(to: closer)
            return placeholder(range(open, close))
        }
        return .forEach(found, .between(found.open, found.close))
    }

    @inline(never)
    private mutating func tellFor(_ detail: String, open: Token, at token: Token) {
        guard !isRecovering else { return }
        error("Invalid 'for' expression", detail, at: range(token), context: range(open, token))
    }

    /// Nil where the place of the next token is doubtful.
    private mutating func forParts(_ open: Token, closer: TokenKind) -> ForExpression? {
        guard peek().kind == .identifier else {
            tellFor("For expression requires variable name after 'for'.", open: open, at: peek())
            return nil
        }
        var keyName: String?
        var valueName = list.string(read())
        if peek().kind == .comma {
            read()
            guard peek().kind == .identifier else {
                tellFor("For expression requires value variable name after comma.", open: open, at: peek())
                return nil
            }
            keyName = valueName
            valueName = list.string(read())
        }
        guard list.matches(peek(), keyword: "in") else {
            tellFor("For expression requires the 'in' keyword after its name declarations.", open: open, at: peek())
            return nil
        }
        read()

        let collectionMark = diagnostics.count
        let collection = expression()
        if isLost(since: collectionMark) { return nil }
        guard peek().kind == .colon else {
            tellFor("For expression requires a colon after the collection expression.", open: open, at: peek())
            return nil
        }
        read()

        let valueMark = diagnostics.count
        var key: Expression?
        var value = expression()
        if peek().kind == .fatArrow {
            read()
            key = value
            value = expression()
        }
        if isLost(since: valueMark) { return nil }

        var ellipsis: Token?
        if peek().kind == .ellipsis { ellipsis = read() }
        var condition: Expression?
        if list.matches(peek(), keyword: "if") {
            read()
            let mark = diagnostics.count
            condition = expression()
            if isLost(since: mark) { return nil }
        }

        var close = peek()
        if close.kind == closer {
            read()
        } else {
            tellFor("Extra characters after the end of the 'for' expression.", open: open, at: close)
            close = recover(to: closer)
        }
        checkFor(open, close, key: key, value: value, ellipsis: ellipsis)
        return ForExpression(
            keyName: keyName, valueName: valueName, collection: collection, key: open.kind == .openBrace ? key ?? value : key, value: value,
            condition: condition, groups: ellipsis != nil, open: range(open), close: range(close))
    }

    @inline(never)
    private mutating func checkFor(_ open: Token, _ close: Token, key: Expression?, value: Expression, ellipsis: Token?) {
        let summary = "Invalid 'for' expression"
        let context = range(open, close)
        if open.kind == .openBrace {
            if key == nil { error(summary, "Key expression is required when building an object.", at: value.range, context: context) }
            return
        }
        if let key { error(summary, "Key expression is not valid when building a tuple.", at: key.range, context: context) }
        if let ellipsis {
            error(summary, "Grouping ellipsis (...) cannot be used when building a tuple.", at: range(ellipsis), context: context)
        }
    }
}
