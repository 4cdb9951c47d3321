extension ParseRun {
    /// A text in quotes without sequences, as a label.
    mutating func quotedLiteral() -> (text: String, range: SourceRange) {
        let open = read()
        let summary = "Invalid string literal"
        guard open.kind == .openQuote else {
            error(summary, "A quoted string is required here.", at: range(open))
            return ("", range(open))
        }
        var text = ""
        while true {
            let token = read()
            let context = range(open, token)
            switch token.kind {
            case .closeQuote: return (text, context)
            case .quotedText:
                let (piece, found) = StringLiteral.parse(token, in: list, file: file)
                diagnostics += found
                text += piece
            case .control, .interpolation:
                let symbol = token.kind == .control ? "%" : "$"
                error(
                    summary,
                    "Template sequences are not allowed in this string. To include a literal \"\(symbol)\", double it (as \"\(symbol)\(symbol)\") to escape it.",
                    at: range(token), context: context)
                text += symbol + "{ ... }"
                recover(to: .sequenceEnd)
            case .endOfFile:
                error(
                    "Unterminated string literal", "Unable to find the closing quote mark before the end of the file.", at: range(token),
                    context: context)
                return (text, context)
            default:
                error(summary, "This item is not valid in a string literal.", at: range(token), context: context)
                recover(to: .closeQuote)
                return (text, context)
            }
        }
    }

    /// A name with constant steps after it, up to the end of the text. Stops at the first error.
    mutating func wholeTraversal() -> Traversal? {
        let root = read()
        guard root.kind == .identifier else {
            error("Variable name required", "Must begin with a variable name.", at: range(root))
            return nil
        }
        var traversal = Traversal(root: list.string(root), rootRange: range(root), steps: [], range: range(root))
        while true {
            let token = peek()
            let step: TraversalStep?
            switch token.kind {
            case .endOfFile: return traversal
            case .dot: step = traversalName(root)
            case .openBracket: step = traversalIndex(root)
            default:
                error(
                    "Invalid character", "Expected an attribute access or an index operator.", at: range(token), context: range(root, token)
                )
                step = nil
            }
            guard let step, !diagnostics.hasErrors else { return nil }
            traversal.steps.append(step)
            traversal.range.end = step.range.end
        }
    }

    private mutating func traversalName(_ root: Token) -> TraversalStep? {
        let dot = read()
        let name = read()
        guard name.kind == .identifier else {
            let detail = name.kind == .star ? "Splat expressions (.*) may not be used here." : "Dot must be followed by attribute name."
            error("Attribute name required", detail, at: range(name), context: range(root, name))
            return nil
        }
        return .attribute(list.string(name), range(dot, name))
    }

    private mutating func traversalIndex(_ root: Token) -> TraversalStep? {
        let open = read()
        let token = peek()
        let key: Value
        switch token.kind {
        case .number: key = number(read())
        case .openQuote: key = .string(quotedLiteral().text)
        case .star:
            error(
                "Attribute name required", "Splat expressions ([*]) may not be used here.", at: range(token), context: range(root, token))
            return nil
        default:
            error(
                "Index value required", "Index brackets must contain either a literal number or a literal string.", at: range(token),
                context: range(root, token))
            return nil
        }
        let close = read()
        if close.kind != .closeBracket {
            error(
                "Unclosed index brackets", "Index key must be followed by a closing bracket.", at: range(close), context: range(open, close)
            )
        }
        return .index(key, range(open, close))
    }
}
