extension Evaluator {
    /// `source[*].name`: a list of lists and sets, else a tuple. What is no sequence counts as one of itself, or of nothing if null.
    func splat(_ splat: SplatExpression) -> Evaluated {
        var (source, diagnostics) = evaluate(splat.source)
        if diagnostics.hasErrors { return (.dynamic, diagnostics) }
        let isSequence = source.type.isList || source.type.isSet || source.type.isTuple
        if source.isNull {
            if !isSequence { return (.tuple([]).marked(with: source.marks), diagnostics) }
            diagnostics.append(
                fault(
                    "Splat of null value", "Splat expressions (with the * symbol) cannot be applied to null sequences.",
                    splat.source.range, context: .between(splat.source.range, splat.marker), about: splat.source))
            return (.dynamic, diagnostics)
        }
        if source.type == .dynamic { return (.dynamic.marked(with: source.marks), diagnostics) }
        let marks = source.marks
        // What may become null may become an empty sequence, so only the steps can be checked now.
        let mayVanish = !isSequence && !source.isKnown && !source.isDefinitelyNotNull
        if !isSequence { source = .tuple([source]) }
        guard case .elements(let elements) = source.content else {
            let (value, found) = unknownSplat(source, splat)
            return (value.marked(with: marks), diagnostics + found)
        }
        var isComplete = true
        let values = elements.map { element in
            let (value, found) = each(element, splat)
            diagnostics += found
            if found.hasErrors { isComplete = false }
            return value
        }
        if mayVanish { return (.dynamic.marked(with: marks), diagnostics) }
        if !isComplete { return (.unknown(unknownSplat(source, splat).value.type).marked(with: marks), diagnostics) }
        if case .tuple = source.type { return (.tuple(values).marked(with: marks), diagnostics) }
        guard let first = values.first else {
            let (value, found) = unknownSplat(source, splat)
            return (Value(type: value.type, content: .elements([]), marks: marks), diagnostics + found)
        }
        return (Value(type: .list(first.type), content: .elements(values), marks: marks), diagnostics)
    }

    private func each(_ element: Value, _ splat: SplatExpression) -> Evaluated {
        var inner = self
        inner.element = element
        return inner.evaluate(splat.each)
    }

    /// The result as far as the type of the source tells it.
    private func unknownSplat(_ source: Value, _ splat: SplatExpression) -> Evaluated {
        var refinement = Refinement()
        refinement.isNotNull = true
        switch source.type {
        case .list(let type), .set(let type):
            let (value, diagnostics) = each(.unknown(type), splat)
            refinement.lengthMin = source.lengthRange?.lower
            refinement.lengthMax = source.lengthRange?.upper
            return (.unknown(.list(value.type), refinement), diagnostics)
        case .tuple(let types):
            let results = types.map { each(.unknown($0), splat) }
            return (.unknown(.tuple(results.map(\.value.type)), refinement), results.flatMap(\.diagnostics))
        default: return (.dynamic, [])
        }
    }
}
