extension ParseRun {
    private static let attributeNameDetail = "An attribute name is required after a dot."

    /// The attribute accesses, indices and splats after an operand.
    mutating func steps(from source: Expression) -> Expression {
        var result = source
        // Names and constants make a flat list, appended at once; all else makes the tree deeper.
        var flat: [TraversalStep] = []
        var height = 0
        while true {
            let token = peek()
            guard token.kind == .dot || token.kind == .openBracket else { return Self.adding(flat, to: result) }
            read()
            let step: Step
            if token.kind == .dot {
                step = dotStep(token, source: source)
            } else if peek().kind == .star {
                let splat = fullSplat(token)
                step = .splat(each: splat.each, marker: splat.marker, end: splat.end)
            } else {
                step = indexStep(token)
            }
            if case .flat(let one) = step {
                flat.append(one)
                continue
            }
            result = Self.adding(flat, to: result)
            flat = []
            height += 1
            guard height <= SyntaxLimits.depthMax else {
                giveUp()
                return result
            }
            switch step {
            case .flat, .none: break
            case .lost(let placeholder): result = placeholder
            case .splat(let each, let marker, let end):
                let splat = SplatExpression(source: result, each: each, marker: marker)
                result = .splat(splat, .between(source.range, end))
            case .index(let key, let open, let end):
                result = .index(collection: result, key: key, open: open, .between(source.range, end))
            }
        }
    }

    /// What was read after a dot or a bracket.
    private enum Step {
        case flat(TraversalStep)
        case splat(each: Expression, marker: SourceRange, end: SourceRange)
        case index(key: Expression, open: SourceRange, end: SourceRange)
        /// Nothing usable: the expression stays as it was.
        case none
        /// Nothing usable, and the expression is not known any more.
        case lost(Expression)
    }

    private static func adding(_ steps: [TraversalStep], to expression: Expression) -> Expression {
        guard let last = steps.last?.range else { return expression }
        let whole = SourceRange.between(expression.range, last)
        switch expression {
        case .scopeTraversal(var traversal, _):
            traversal.steps += steps
            traversal.range = whole
            return .scopeTraversal(traversal, whole)
        case .relativeTraversal(let source, let earlier, _): return .relativeTraversal(source, earlier + steps, whole)
        default: return .relativeTraversal(expression, steps, whole)
        }
    }

    // MARK: After a dot

    private mutating func dotStep(_ dot: Token, source: Expression) -> Step {
        let token = peek()
        switch token.kind {
        case .identifier:
            read()
            return .flat(.attribute(list.string(token), range(dot, token)))
        case .number:
            read()
            let key = legacyIndex(token, advice: "Use the proper index syntax instead, like ", told: token)
            return .flat(.index(key, range(dot, token)))
        case .star:
            read()
            return attributeSplat(dot, marker: token)
        default:
            error("Invalid attribute name", Self.attributeNameDetail, at: range(token))
            isRecovering = true
            return .lost(placeholder(.between(source.range, range(dot))))
        }
    }

    /// The key in `.0`; two at once, `.0.1`, look like a fraction and are refused.
    private mutating func legacyIndex(_ token: Token, advice: String, told: Token) -> Value {
        let text = list.string(token)
        guard let point = text.firstIndex(of: ".") else { return number(token) }
        error(
            "Invalid legacy index syntax",
            "When using the legacy index syntax, chaining two indexes together is not permitted. \(advice)[\(text[..<point])][\(text[text.index(after: point)...])].",
            at: range(told))
        return .dynamic
    }

    /// `.*` applies to the names and numbers that follow, and to nothing else.
    private mutating func attributeSplat(_ dot: Token, marker: Token) -> Step {
        let first = range(peek())
        var last = range(marker)
        var steps: [TraversalStep] = []
        while peek().kind == .dot {
            let stepDot = read()
            let token = peek()
            if token.kind == .number {
                read()
                let key = legacyIndex(
                    token, advice: "Use the proper index syntax with a full splat expression [*] instead, like ", told: marker)
                steps.append(.index(key, range(stepDot, token)))
            } else if token.kind == .identifier {
                read()
                steps.append(.attribute(list.string(token), range(stepDot, token)))
            } else {
                if !isRecovering {
                    if token.kind == .star {
                        error(
                            "Nested splat expression not allowed",
                            "A splat expression (*) cannot be used inside another attribute-only splat expression.", at: range(token))
                    } else {
                        error("Invalid attribute name", Self.attributeNameDetail, at: range(marker))
                    }
                }
                isRecovering = true
                return .none
            }
            last = range(token)
        }
        let item = Expression.splatElement(range(dot, marker))
        let each = steps.isEmpty ? item : .relativeTraversal(item, steps, .between(first, last))
        return .splat(each: each, marker: range(dot, marker), end: last)
    }

    // MARK: After a bracket

    /// `[*]` applies to all steps that follow.
    private mutating func fullSplat(_ open: Token) -> (each: Expression, marker: SourceRange, end: SourceRange) {
        read()
        var close = read()
        if close.kind != .closeBracket, !isRecovering {
            // It is where the search for a bracket ended that HCL points at.
            close = recover(to: .closeBracket)
            error(
                "Missing close bracket on splat index",
                "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").", at: range(close))
        }
        let marker = range(open, close)
        let item = Expression.splatElement(marker)
        guard enter() else { return (item, marker, marker) }
        defer { leave() }
        let each = steps(from: item)
        return (each, marker, each.range)
    }

    private mutating func indexStep(_ open: Token) -> Step {
        pushNewlines(false)
        defer { popNewlines() }
        let mark = diagnostics.count
        let key = expression()
        return indexStep(open, key, close: closeIndex(since: mark))
    }

    private mutating func closeIndex(since mark: Int) -> Token {
        if isLost(since: mark) { return recover(to: .closeBracket) }
        let close = read()
        guard close.kind != .closeBracket, !isRecovering else { return close }
        let found = recover(to: .closeBracket)
        error("Missing close bracket on index", "The index operator must end with a closing bracket (\"]\").", at: range(found))
        return found
    }

    private func indexStep(_ open: Token, _ key: Expression, close: Token) -> Step {
        let place = range(open, close)
        switch key {
        case .literal(let value, _): return .flat(.index(value, place))
        case .template(let parts, _):
            if parts.count == 1, case .literal(let text, _) = parts[0] {
                return .flat(.index(.string(text), place))
            }
        default: break
        }
        return .index(key: key, open: range(open), end: place)
    }
}
