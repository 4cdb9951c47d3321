extension Expression {
    /// The references to the scope in this expression, in the order of the source; names that a `for` defines are none.
    package func traversals() -> [Traversal] {
        var collector = TraversalCollector()
        collector.visit(self)
        return collector.found
    }

    /// The name, if the expression is nothing but one; the keywords `true`, `false` and `null` count as names here.
    package var keyword: String? {
        switch self {
        case .scopeTraversal(let traversal, _) where traversal.steps.isEmpty: traversal.root
        case .literal(let value, _):
            switch value.content {
            case .null: "null"
            case .bool(let flag): flag ? "true" : "false"
            default: nil
            }
        case .objectKey(let name, let isForced, _): isForced ? nil : name.keyword
        default: nil
        }
    }

    /// Where the expression begins to be itself: what diagnostics about an argument point at.
    package var startRange: SourceRange {
        var expression = self
        while true {
            switch expression {
            case .conditional(let condition, _, _, _): expression = condition
            case .binary(_, let left, _, _): expression = left
            case .parentheses(let inner, _), .objectKey(let inner, _, _): expression = inner
            case .functionCall(let call, _): return .between(call.nameRange, call.open)
            case .index(_, _, let open, _), .tuple(_, let open, _), .object(_, let open, _): return open
            case .forEach(let loop, _): return loop.open
            case .splat(let splat, _): return splat.marker
            case .unary(_, _, let symbol, _): return symbol
            case .template(let parts, let range): return range.file.hasSuffix(".json") ? range : parts.first?.startRange ?? range
            default: return expression.range
            }
        }
    }
}

extension TemplatePart {
    var startRange: SourceRange {
        switch self {
        case .literal(_, let range), .loop(_, _, _, _, _, let range): range
        case .interpolation(let expression): expression.startRange
        case .conditional(let condition, _, _, _): condition.startRange
        }
    }
}

/// Walks through expressions and remembers references, but for those to names that are bound on the way.
private struct TraversalCollector {
    var found: [Traversal] = []
    private var bound: [Set<String>] = []

    mutating func visit(_ expression: Expression) {
        switch expression {
        case .literal, .splatElement: break
        case .template(let parts, _): visit(parts)
        case .templateWrap(let inner, _), .parentheses(let inner, _), .unary(_, let inner, _, _), .relativeTraversal(let inner, _, _):
            visit(inner)
        case .scopeTraversal(let traversal, _):
            if !bound.contains(where: { $0.contains(traversal.root) }) { found.append(traversal) }
        case .functionCall(let call, _): call.arguments.forEach { visit($0) }
        case .conditional(let condition, let then, let otherwise, _): [condition, then, otherwise].forEach { visit($0) }
        case .index(let collection, let key, _, _): [collection, key].forEach { visit($0) }
        case .tuple(let items, _, _): items.forEach { visit($0) }
        case .object(let items, _, _):
            for item in items {
                visit(item.key)
                visit(item.value)
            }
        case .objectKey(let name, let isForced, _):
            if isForced || name.keyword == nil { visit(name) }
        case .forEach(let loop, _): visit(loop)
        case .splat(let splat, _):
            visit(splat.source)
            visit(splat.each)
        case .binary(_, let left, let right, _):
            visit(left)
            visit(right)
        }
    }

    private mutating func visit(_ loop: ForExpression) {
        visit(loop.collection)
        bound.append(Set([loop.keyName, loop.valueName].compactMap { $0 }))
        defer { bound.removeLast() }
        [loop.key, loop.value, loop.condition].compactMap { $0 }.forEach { visit($0) }
    }

    private mutating func visit(_ parts: [TemplatePart]) {
        for part in parts {
            switch part {
            case .literal: break
            case .interpolation(let expression): visit(expression)
            case .conditional(let condition, let then, let otherwise, _):
                visit(condition)
                visit(then)
                visit(otherwise)
            case .loop(let key, let value, let collection, let body, _, _):
                visit(collection)
                bound.append(Set([key, value].compactMap { $0 }))
                visit(body)
                bound.removeLast()
            }
        }
    }
}
