extension ParseRun {
    mutating func expression() -> Expression {
        guard enter() else { return placeholder(range(peek())) }
        defer { leave() }
        return conditional()
    }

    /// `condition ? then : otherwise`, which groups from the right.
    private mutating func conditional() -> Expression {
        let start = range(peek())
        let mark = diagnostics.count
        let condition = operation(level: 1)
        if isLost(since: mark) { return condition }
        guard peek().kind == .question else { return condition }
        read()

        let thenMark = diagnostics.count
        let then = expression()
        if isLost(since: thenMark) { return condition }
        let colon = peek()
        guard colon.kind == .colon else {
            error(
                "Missing false expression in conditional",
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon.", at: range(colon),
                context: .between(start, range(colon)))
            return condition
        }
        read()

        let otherwiseMark = diagnostics.count
        let otherwise = expression()
        if isLost(since: otherwiseMark) { return condition }
        return .conditional(condition: condition, then: then, otherwise: otherwise, .between(start, otherwise.range))
    }

    /// Operands joined by operators that bind at least as tightly as `level`; equal ones group from the left.
    private mutating func operation(level: Int) -> Expression {
        let mark = diagnostics.count
        var left = term()
        if isLost(since: mark) { return left }
        var length = 0
        while let (symbol, symbolLevel) = Self.binaryOperator(peek().kind), symbolLevel >= level {
            length += 1
            guard length <= SyntaxLimits.chainMax else {
                giveUp()
                return left
            }
            read()
            let rightMark = diagnostics.count
            let right = operation(level: symbolLevel + 1)
            if isLost(since: rightMark) { return left }
            left = .binary(symbol, left, right, .between(left.range, right.range))
        }
        return left
    }

    private static func binaryOperator(_ kind: TokenKind) -> (BinaryOperator, level: Int)? {
        switch kind {
        case .or: (.or, 1)
        case .and: (.and, 2)
        case .equalTo: (.equal, 3)
        case .notEqualTo: (.notEqual, 3)
        case .greater: (.greater, 4)
        case .greaterOrEqual: (.greaterOrEqual, 4)
        case .less: (.less, 4)
        case .lessOrEqual: (.lessOrEqual, 4)
        case .plus: (.add, 5)
        case .minus: (.subtract, 5)
        case .star: (.multiply, 6)
        case .slash: (.divide, 6)
        case .percent: (.modulo, 6)
        default: nil
        }
    }

    // MARK: Terms

    /// An operand with the steps after it.
    private mutating func term() -> Expression {
        let operand = operand()
        return steps(from: operand)
    }

    private mutating func operand() -> Expression {
        let start = peek()
        switch start.kind {
        case .openParenthesis: return parentheses()
        case .number:
            read()
            return .literal(number(start), range(start))
        case .identifier:
            read()
            let following = peek().kind
            return following == .openParenthesis || following == .doubleColon ? functionCall(start) : name(start)
        case .openQuote, .openHeredoc: return quotedTemplate()
        case .minus: return negation(.negate)
        case .bang: return negation(.not)
        case .openBracket: return tuple()
        case .openBrace: return object()
        default: return missingOperand(start)
        }
    }

    private mutating func missingOperand(_ token: Token) -> Expression {
        if !isRecovering {
            let expected = "Expected the start of an expression, but found "
            if token.kind == .endOfFile {
                error("Missing expression", expected + "the end of the file.", at: range(token))
            } else {
                error("Invalid expression", expected + "an invalid expression token.", at: range(token))
            }
        }
        isRecovering = true
        return placeholder(range(token))
    }

    private mutating func parentheses() -> Expression {
        let open = read()
        pushNewlines(false)
        defer { popNewlines() }
        let mark = diagnostics.count
        let inner = expression()
        guard diagnostics.count == mark else {
            recover(to: .closeParenthesis)
            return inner
        }
        let close = peek()
        if close.kind != .closeParenthesis {
            error(
                "Unbalanced parentheses", "Expected a closing parenthesis to terminate the expression.", at: range(close),
                context: range(open, close))
            isRecovering = true
        }
        read()
        return .parentheses(inner, range(open, close))
    }

    private mutating func negation(_ symbol: UnaryOperator) -> Expression {
        let token = read()
        guard enter() else { return placeholder(range(token)) }
        defer { leave() }
        let operand = term()
        return .unary(symbol, operand, symbol: range(token), .between(range(token), operand.range))
    }

    private func name(_ token: Token) -> Expression {
        let place = range(token)
        let name = list.string(token)
        switch name {
        case "true": return .literal(.true, place)
        case "false": return .literal(.false, place)
        case "null": return .literal(.null(), place)
        default: return .scopeTraversal(Traversal(root: name, rootRange: place, steps: [], range: place), place)
        }
    }

    /// The value of a number token; says so if it is none.
    mutating func number(_ token: Token) -> Value {
        if let value = NumberLiteral.value(list.string(token)) { return value }
        error("Invalid number literal", "Failed to recognize the value of this number literal.", at: range(token))
        return .unknown(.number)
    }

    private mutating func quotedTemplate() -> Expression {
        let open = read()
        let isIndented = open.kind == .openHeredoc && list.text(open).dropFirst(2).first == UInt8(ascii: "-")
        let end: TokenKind = open.kind == .openHeredoc ? .closeHeredoc : .closeQuote
        guard enter() else { return placeholder(range(open)) }
        defer { leave() }
        let content = template(until: end, dedents: isIndented)
        return content.expression(.between(range(open), previousRange))
    }
}
