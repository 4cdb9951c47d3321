/// A value, and what was found while it was computed. With errors the value is a stand-in, often unknown.
typealias Evaluated = (value: Value, diagnostics: Diagnostics)

extension Expression {
    /// Computes the value in a context.
    ///
    /// With errors among the diagnostics, the value is of use to find more errors only.
    package func evaluate(in context: EvaluationContext) -> (value: Value, diagnostics: Diagnostics) {
        Evaluator(context: context).evaluate(self)
    }
}

/// Computes the values of expressions: one case of ``Expression`` each, in the files `Evaluator+….swift`.
struct Evaluator {
    var context: EvaluationContext
    /// What the steps of a splat apply to; unknown outside of one.
    var element: Value?
    /// How many expressions are around this one.
    var depth = 0

    /// Expressions that nest deeper are refused, so that none can exhaust the stack.
    static let depthMax = 1000

    func evaluate(_ expression: Expression) -> Evaluated {
        var expression = expression
        while case .parentheses(let inner, _) = expression { expression = inner }
        guard depth < Evaluator.depthMax else { return tooDeep(expression) }
        var inner = self
        inner.depth += 1
        return inner.evaluateKind(of: expression)
    }

    /// Each case calls a function of its own: the frame of this one, which occurs at each level, stays small.
    private func evaluateKind(of expression: Expression) -> Evaluated {
        switch expression {
        case .literal(let value, _): return (value, [])
        case .parentheses(let inner, _), .templateWrap(let inner, _): return evaluate(inner)
        case .splatElement: return (element ?? .dynamic, [])
        case .template(let parts, let range): return template(parts, range)
        case .scopeTraversal(let traversal, _): return scopeTraversal(traversal, expression)
        case .relativeTraversal(let source, let steps, _): return relativeTraversal(source, steps, expression)
        case .functionCall(let call, _): return functionCall(call, expression)
        case .conditional(let condition, let then, let otherwise, _):
            return conditional(condition, then, otherwise, expression)
        case .index(let collection, let key, let open, let range):
            return index(collection, key, SourceRange.between(open, range), expression)
        case .tuple(let items, _, _): return tuple(items)
        case .object(let items, _, _): return object(items)
        case .objectKey(let name, let isForced, let range): return objectKey(name, isForced, range)
        case .forEach(let loop, let range): return forEach(loop, range)
        case .splat(let splat, _): return self.splat(splat)
        case .binary(let operation, let left, let right, _): return binary(operation, left, right, expression)
        case .unary(let operation, let operand, _, _): return unary(operation, operand, expression)
        }
    }

    private func tooDeep(_ expression: Expression) -> Evaluated {
        let detail = "Expressions can be nested in one another no more than \(Evaluator.depthMax) times."
        return (.dynamic, [.error("Expression nested too deeply", detail, subject: expression.range)])
    }

    private func tuple(_ items: [Expression]) -> Evaluated {
        var diagnostics: Diagnostics = []
        let values = items.map { item in
            let (value, found) = evaluate(item)
            diagnostics += found
            return value
        }
        return (.tuple(values), diagnostics)
    }

    /// Keeps the marks of keys on the object as a whole.
    private func object(_ items: [ObjectItem]) -> Evaluated {
        var diagnostics: Diagnostics = []
        var members: [String: Value] = [:]
        var marks: Marks = []
        var isKnown = true
        for item in items {
            let (key, keyDiagnostics) = evaluate(item.key)
            let (value, valueDiagnostics) = evaluate(item.value)
            diagnostics += keyDiagnostics + valueDiagnostics
            if keyDiagnostics.hasErrors {
                isKnown = false
                continue
            }
            switch name(of: key, item) {
            case .success(let name):
                marks.formUnion(key.marks)
                if let name { members[name] = value } else { isKnown = false }
            case .failure(let diagnostic):
                diagnostics.append(diagnostic)
                isKnown = false
            }
        }
        return isKnown ? (.object(members).marked(with: marks), diagnostics) : (.dynamic, diagnostics)
    }

    /// Nil if the key is not known.
    private func name(of key: Value, _ item: ObjectItem) -> Result<String?, Diagnostic> {
        if key.isNull {
            return .failure(fault("Null value as key", "Can't use a null value as a key.", item.value.range, about: item.key))
        }
        do {
            return .success(try key.bare.converted(to: .string).stringValue)
        } catch {
            let detail = "Can't use this value as a key: \(error.message)."
            return .failure(fault("Incorrect key type", detail, item.key.range, about: item.key))
        }
    }

    private func objectKey(_ name: Expression, _ isForced: Bool, _ range: SourceRange) -> Evaluated {
        if isForced { return evaluate(name) }
        if case .scopeTraversal(let traversal, _) = name, !traversal.steps.isEmpty {
            let detail = """
                If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name \
                containing periods, wrap it in quotes to create a string literal.
                """
            return (.dynamic, [.error("Ambiguous attribute key", detail, subject: range)])
        }
        if let keyword = name.keyword { return (.string(keyword), []) }
        return evaluate(name)
    }
}
