extension Evaluator {
    func forEach(_ loop: ForExpression, _ range: SourceRange) -> Evaluated {
        ForLoop(
            keyName: loop.keyName, valueName: loop.valueName, collection: loop.collection, condition: loop.condition, range: range,
            evaluator: self
        ).run { rounds in
            if let key = loop.key { return rounds.object(key: key, value: loop.value, groups: loop.groups) }
            return rounds.tuple { $0.evaluate(loop.value) }
        }
    }
}

/// A loop over a collection, of an expression or of a template.
struct ForLoop {
    var keyName: String?
    var valueName: String
    var collection: Expression
    var condition: Expression?
    var range: SourceRange
    var evaluator: Evaluator

    /// Computes the collection and, if it can be gone through, what comes of its elements.
    func run(_ body: (inout ForRounds) -> Evaluated) -> Evaluated {
        let (value, found) = evaluator.evaluate(collection)
        var diagnostics = found
        if value.isNull {
            diagnostics.append(
                fault(
                    "Iteration over null value", "A null value cannot be used as the collection in a 'for' expression.",
                    collection))
            return (.dynamic, diagnostics)
        }
        if value.type == .dynamic { return (.dynamic, diagnostics) }
        guard value.type.isCollection || value.type.isStructural else {
            diagnostics.append(
                fault(
                    "Iteration over non-iterable value",
                    "A value of type \(value.type.friendlyName) cannot be used as the collection in a 'for' expression.", collection))
            return (.dynamic, diagnostics)
        }
        let check = checkCondition()
        diagnostics += check.diagnostics
        guard check.isUsable else { return (.dynamic, diagnostics) }
        guard let pairs = value.pairs else { return (.dynamic.marked(with: value.marks.union(check.marks)), diagnostics) }
        var rounds = ForRounds(loop: self, pairs: pairs, marks: value.marks)
        let (result, more) = body(&rounds)
        return (result, diagnostics + more)
    }

    /// Looks at the condition before there are values: where it never can be a bool, one error says so instead of one for each element.
    private func checkCondition() -> (isUsable: Bool, marks: Marks, diagnostics: Diagnostics) {
        guard let condition else { return (true, [], []) }
        var (value, diagnostics) = inner(key: .dynamic, value: .dynamic).evaluate(condition)
        if value.isNull {
            diagnostics.append(fault("Condition is null", "The value of the 'if' clause must not be null.", condition))
            return (false, [], diagnostics)
        }
        do {
            _ = try value.converted(to: .bool)
        } catch {
            diagnostics.append(fault("Invalid 'for' condition", "The 'if' clause value is invalid: \(error.message).", condition))
            return (false, [], diagnostics)
        }
        return (!diagnostics.hasErrors, value.marks, diagnostics)
    }

    /// An evaluator that knows one element.
    func inner(key: Value, value: Value) -> Evaluator {
        var inner = evaluator
        var variables = [valueName: value]
        if let keyName, keyName != valueName { variables[keyName] = key }
        inner.context = evaluator.context.child(variables)
        return inner
    }

    func fault(_ summary: String, _ detail: String, _ expression: Expression, _ inner: Evaluator? = nil) -> Diagnostic {
        (inner ?? evaluator).fault(summary, detail, expression.range, context: range, about: expression)
    }
}

/// Goes through the elements of a collection, and remembers what was found on the way.
struct ForRounds {
    let loop: ForLoop
    let pairs: [(key: Value, value: Value)]
    /// Of the collection, and of conditions and keys: they are on the result.
    var marks: Marks
    var diagnostics: Diagnostics = []
    /// Whether it is known which elements, or keys, the result has.
    var isKnown = true

    init(loop: ForLoop, pairs: [(key: Value, value: Value)], marks: Marks) {
        self.loop = loop
        self.pairs = pairs
        self.marks = marks
    }

    mutating func tuple(_ value: (Evaluator) -> Evaluated) -> Evaluated {
        var values: [Value] = []
        for pair in pairs {
            let inner = loop.inner(key: pair.key, value: pair.value)
            guard includes(inner) else { continue }
            let (value, found) = value(inner)
            diagnostics += found
            values.append(value)
        }
        return (isKnown ? .tuple(values).marked(with: marks) : .dynamic.marked(with: marks), diagnostics)
    }

    mutating func object(key keyExpression: Expression, value valueExpression: Expression, groups: Bool) -> Evaluated {
        var members: [String: Value] = [:]
        var grouped: [String: [Value]] = [:]
        for pair in pairs {
            let inner = loop.inner(key: pair.key, value: pair.value)
            guard includes(inner), let key = name(keyExpression, inner) else { continue }
            let (value, found) = inner.evaluate(valueExpression)
            diagnostics += found
            if groups {
                grouped[key, default: []].append(value)
            } else if members.updateValue(value, forKey: key) != nil {
                let detail = """
                    Two different items produced the key \(key.goQuoted) in this 'for' expression. If duplicates are expected, use the \
                    ellipsis (...) after the value expression to enable grouping by key.
                    """
                diagnostics.append(loop.fault("Duplicate object key", detail, keyExpression, inner))
            }
        }
        if !isKnown { return (.dynamic.marked(with: marks), diagnostics) }
        return (.object(groups ? grouped.mapValues { .tuple($0) } : members).marked(with: marks), diagnostics)
    }

    /// Whether the condition lets an element pass. After the first that cannot be decided, only errors of evaluation are of interest.
    private mutating func includes(_ inner: Evaluator) -> Bool {
        guard let condition = loop.condition else { return true }
        let (value, found) = inner.evaluate(condition)
        diagnostics += found
        if value.isNull {
            return fail("Invalid 'for' condition", "The value of the 'if' clause must not be null.", condition, inner)
        }
        marks.formUnion(value.marks)
        do {
            if case .bool(let flag) = try value.bare.converted(to: .bool).content { return flag }
            isKnown = false
            return false
        } catch {
            return fail("Invalid 'for' condition", "The 'if' clause value is invalid: \(error.message).", condition, inner)
        }
    }

    private mutating func name(_ expression: Expression, _ inner: Evaluator) -> String? {
        let (key, found) = inner.evaluate(expression)
        diagnostics += found
        if key.isNull {
            _ = fail("Invalid object key", "Key expression in 'for' expression must not produce a null value.", expression, inner)
            return nil
        }
        marks.formUnion(key.marks)
        do {
            if let name = try key.bare.converted(to: .string).stringValue { return name }
            isKnown = false
        } catch {
            _ = fail("Invalid object key", "The key expression produced an invalid result: \(error.message).", expression, inner)
        }
        return nil
    }

    private mutating func fail(_ summary: String, _ detail: String, _ expression: Expression, _ inner: Evaluator) -> Bool {
        if isKnown { diagnostics.append(loop.fault(summary, detail, expression, inner)) }
        isKnown = false
        return false
    }
}
