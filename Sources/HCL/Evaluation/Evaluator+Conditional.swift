extension Evaluator {
    /// `condition ? then : otherwise`; what is wrong with the branch that is not taken stays unsaid.
    func conditional(_ condition: Expression, _ then: Expression, _ otherwise: Expression, _ whole: Expression) -> Evaluated {
        choose(
            condition, then: evaluate(then), otherwise: evaluate(otherwise), thenRange: then.range, otherwiseRange: otherwise.range,
            context: whole.range, about: (whole, then, otherwise))
    }

    /// Chooses between two results that were computed already, of a conditional or of a template's directive.
    func choose(
        _ condition: Expression, then: Evaluated, otherwise: Evaluated, thenRange: SourceRange, otherwiseRange: SourceRange,
        context: SourceRange, about: (whole: Expression, then: Expression, otherwise: Expression)? = nil
    ) -> Evaluated {
        guard let type = commonType(then.value, otherwise.value) else {
            let difference = ValueType.conditionalMismatch(then.value.type, otherwise.value.type)
            let diagnostic = fault(
                "Inconsistent conditional result types",
                "The true and false result expressions must have consistent types. \(difference).",
                .between(thenRange, otherwiseRange), context: context, about: about?.whole ?? condition)
            return (.dynamic, [diagnostic])
        }
        let (test, found) = evaluate(condition)
        if test.isNull {
            let diagnostic = fault(
                "Null condition", "The condition value is null. Conditions must either be true or false.", condition.range,
                context: context, about: condition)
            return (.unknown(type), found + [diagnostic])
        }
        let marks = test.marks.union(then.value.marks).union(otherwise.value.marks)
        if !test.isKnown { return (eitherOf(then.value, otherwise.value, type).marked(with: marks), found) }
        guard case .bool(let isThen)? = try? test.bare.converted(to: .bool).content else {
            // The text of the conversion's error is not part of Terraform's.
            let diagnostic = fault(
                "Incorrect condition type", "The condition expression must be of type bool.", condition.range, context: context,
                about: condition)
            return (.unknown(type), found + [diagnostic])
        }
        let chosen = isThen ? then : otherwise
        var diagnostics = found + chosen.diagnostics
        do {
            return (try chosen.value.bare.adapted(to: type).marked(with: marks), diagnostics)
        } catch {
            let expression = isThen ? about?.then : about?.otherwise
            let diagnostic = fault(
                "Inconsistent conditional result types",
                "The \(isThen) result value has the wrong type: \(error.message).", isThen ? thenRange : otherwiseRange, context: context,
                about: expression ?? condition)
            diagnostics.append(diagnostic)
            return (.unknown(type).marked(with: marks), diagnostics)
        }
    }

    /// The type of a conditional with these results; nil if they cannot have one.
    private func commonType(_ then: Value, _ otherwise: Value) -> ValueType? {
        if then.isUntypedNull { return otherwise.type }
        if otherwise.isUntypedNull { return then.type }
        if then.type == .dynamic || otherwise.type == .dynamic { return .dynamic }
        return ValueType.unify([then.type, otherwise.type])
    }

    /// What is known of the result while the condition is not.
    private func eitherOf(_ then: Value, _ otherwise: Value, _ type: ValueType) -> Value {
        if then.isNull && otherwise.isNull { return .null(type) }
        var refinement = Refinement()
        refinement.isNotNull = then.isDefinitelyNotNull && otherwise.isDefinitelyNotNull
        switch (then.type, otherwise.type) {
        case (.number, .number):
            if let a = then.lowerBound, let b = otherwise.lowerBound { refinement.numberMin = .lower(a, b) }
            if let a = then.upperBound, let b = otherwise.upperBound { refinement.numberMax = .higher(a, b) }
        case (.list, _), (.set, _), (.map, _):
            guard then.type == otherwise.type, then.type == type else { break }
            guard let a = then.lengthRange, let b = otherwise.lengthRange else { break }
            refinement.lengthMin = min(a.lower, b.lower)
            if let upper = a.upper, let other = b.upper { refinement.lengthMax = max(upper, other) }
        default: break
        }
        return type == .dynamic ? .dynamic : .unknown(type, refinement)
    }
}

extension Refinement.NumberBound {
    /// The lower of two lower bounds.
    static func lower(_ a: Self, _ b: Self) -> Self {
        a.number == b.number ? Self(number: a.number, isInclusive: a.isInclusive || b.isInclusive) : a.number < b.number ? a : b
    }

    /// The higher of two upper bounds.
    static func higher(_ a: Self, _ b: Self) -> Self {
        a.number == b.number ? Self(number: a.number, isInclusive: a.isInclusive || b.isInclusive) : a.number > b.number ? a : b
    }
}
