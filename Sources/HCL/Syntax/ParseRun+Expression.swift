extension ParseRun {
    mutating func expression() -> Expression {
        deeper(otherwise: { $0.placeholder($0.range($0.peek())) }) { $0.conditional() }
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
            guard length <= SyntaxLimits.depthMax else {
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
        case .identifier: return name()
        case .openQuote, .openHeredoc: return quotedTemplate()
        case .minus: return negation(.negate)
        case .bang: return negation(.not)
        case .openBracket: return tuple()
        case .openBrace: return object()
        default:
            if !isRecovering {
                if start.kind == .endOfFile {
                    error(
                        "Missing expression", "Expected the start of an expression, but found the end of the file.", at: range(start))
                } else {
                    error(
                        "Invalid expression", "Expected the start of an expression, but found an invalid expression token.",
                        at: range(start))
                }
            }
            isRecovering = true
            return placeholder(range(start))
        }
    }

    private mutating func parentheses() -> Expression {
        let open = read()
        return within(newlines: false) { run in
            let mark = run.diagnostics.count
            let inner = run.expression()
            guard run.diagnostics.count == mark else {
                run.recover(to: .closeParenthesis)
                return inner
            }
            let close = run.peek()
            if close.kind != .closeParenthesis {
                run.error(
                    "Unbalanced parentheses", "Expected a closing parenthesis to terminate the expression.", at: run.range(close),
                    context: run.range(open, close))
                run.isRecovering = true
            }
            run.read()
            return .parentheses(inner, run.range(open, close))
        }
    }

    private mutating func negation(_ symbol: UnaryOperator) -> Expression {
        let token = read()
        return deeper(otherwise: { $0.placeholder($0.range(token)) }) { run in
            let operand = run.term()
            return .unary(symbol, operand, symbol: run.range(token), .between(run.range(token), operand.range))
        }
    }

    private mutating func name() -> Expression {
        let token = read()
        let following = peek().kind
        if following == .openParenthesis || following == .doubleColon { return functionCall(token) }
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
        return deeper(otherwise: { $0.placeholder($0.range(open)) }) { run in
            let content = run.template(until: end, dedents: isIndented)
            let place = SourceRange.between(run.range(open), run.previousRange)
            return content.expression(place)
        }
    }
}
