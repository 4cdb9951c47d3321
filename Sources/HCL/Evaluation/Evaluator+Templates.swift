extension Evaluator {
    /// A string of the parts; unknown with what comes before the first unknown part as its prefix.
    func template(_ parts: [TemplatePart], _ range: SourceRange) -> Evaluated {
        if case .literal(let text, _)? = parts.first, parts.count == 1 { return (.string(text), []) }
        var diagnostics: Diagnostics = []
        var text = ""
        var marks: Marks = []
        var isKnown = true
        for part in parts {
            let (value, found) = evaluate(part, in: range)
            diagnostics += found
            if value.isNull {
                let detail = "The expression result is null. Cannot include a null value in a string template."
                diagnostics.append(invalidInterpolation(detail, part, range))
                continue
            }
            marks.formUnion(value.marks)
            if !value.isKnown {
                isKnown = false
                continue
            }
            do {
                let string = try value.bare.converted(to: .string).stringValue ?? ""
                if isKnown && !diagnostics.hasErrors { text += string }
            } catch {
                diagnostics.append(
                    invalidInterpolation("Cannot include the given value in a string template: \(error.message).", part, range))
            }
        }
        if isKnown { return (.string(text).marked(with: marks), diagnostics) }
        return (.unknownString(prefix: diagnostics.hasErrors ? "" : text).marked(with: marks), diagnostics)
    }

    private func evaluate(_ part: TemplatePart, in range: SourceRange) -> Evaluated {
        switch part {
        case .literal(let text, _): return (.string(text), [])
        case .interpolation(let expression): return evaluate(expression)
        case .conditional(let condition, let then, let otherwise, let directive):
            return nested(directive) { inner in
                inner.choose(
                    condition, then: inner.template(then, directive), otherwise: inner.template(otherwise, directive),
                    thenRange: directive, otherwiseRange: directive, context: directive)
            }
        case .loop(let key, let value, let collection, let body, _, let directive):
            return nested(directive) { inner in
                let loop = ForLoop(
                    keyName: key, valueName: value, collection: collection, condition: nil, range: directive, evaluator: inner)
                let (results, diagnostics) = loop.run { rounds in rounds.tuple { $0.template(body, directive) } }
                return (joined(results), diagnostics)
            }
        }
    }

    /// One level further down; directives nest without expressions around them.
    private func nested(_ range: SourceRange, _ body: (Evaluator) -> Evaluated) -> Evaluated {
        var inner = self
        inner.depth += 1
        guard inner.depth < Evaluator.depthMax else {
            let detail = "Expressions can be nested in one another no more than \(Evaluator.depthMax) times."
            return (.dynamic, [.error("Expression nested too deeply", detail, subject: range)])
        }
        return body(inner)
    }

    /// The strings of a loop in one.
    private func joined(_ results: Value) -> Value {
        guard case .elements(let strings) = results.content else { return .unknown(.string) }
        var text = ""
        var marks = results.marks
        for string in strings {
            guard let part = string.stringValue else { return .unknown(.string).marked(with: results.marks) }
            text += part
            marks.formUnion(string.marks)
        }
        return .string(text).marked(with: marks)
    }

    private func invalidInterpolation(_ detail: String, _ part: TemplatePart, _ context: SourceRange) -> Diagnostic {
        let summary = "Invalid template interpolation value"
        guard case .interpolation(let expression) = part else {
            return .error(summary, detail, subject: part.startRange, context: context)
        }
        return fault(summary, detail, expression.range, context: context, about: expression)
    }
}

extension Value {
    /// A string that is not known but for its beginning; of a long one the first 128 bytes.
    static func unknownString(prefix: String) -> Value {
        var safe = Substring(prefix)
        while safe.utf8.count > 128 { safe.removeLast() }
        // The last cluster may go on in what is not known yet, unless it is a delimiter, to which nothing is added.
        if let last = safe.last, !"-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'".contains(last) { safe.removeLast() }
        return .unknown(.string, Refinement(isNotNull: true, prefix: safe.isEmpty ? nil : String(safe)))
    }
}
