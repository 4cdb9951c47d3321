extension Evaluator {
    func scopeTraversal(_ traversal: Traversal, _ expression: Expression) -> Evaluated {
        var (value, diagnostics) = lookUp(traversal)
        if !diagnostics.isEmpty {
            let values = involvedValues(expression)
            for index in diagnostics.indices { diagnostics[index].values = values }
        }
        return (value, diagnostics)
    }

    func relativeTraversal(_ source: Expression, _ steps: [TraversalStep], _ expression: Expression) -> Evaluated {
        var (value, diagnostics) = evaluate(source)
        do {
            for step in steps { value = try value.stepping(step) }
        } catch {
            diagnostics.append(explained(error, expression))
            value = .dynamic
        }
        return (value, diagnostics)
    }

    func index(_ collection: Expression, _ key: Expression, _ subject: SourceRange, _ expression: Expression) -> Evaluated {
        let (collectionValue, collectionDiagnostics) = evaluate(collection)
        let (keyValue, keyDiagnostics) = evaluate(key)
        var diagnostics = collectionDiagnostics + keyDiagnostics
        do {
            return (try collectionValue.indexed(by: keyValue, subject), diagnostics)
        } catch {
            diagnostics.append(explained(error, expression))
            return (.dynamic, diagnostics)
        }
    }

    /// The value of a reference, without more about what is wrong with it.
    func lookUp(_ traversal: Traversal) -> Evaluated {
        for context in context.chain {
            guard var value = context.variables?[traversal.root] else { continue }
            do {
                for step in traversal.steps { value = try value.stepping(step) }
                return (value, [])
            } catch {
                return (.dynamic, [error])
            }
        }
        let names = context.chain.compactMap { $0.variables?.keys }.flatMap { $0.sorted() }
        guard context.chain.contains(where: { $0.variables != nil }) else {
            return (.dynamic, [.error("Variables not allowed", "Variables may not be used here.", subject: traversal.rootRange)])
        }
        let suggestion = Names.suggestion(for: traversal.root, among: names).map { " Did you mean \($0.goQuoted)?" } ?? ""
        let detail = "There is no variable named \(traversal.root.goQuoted).\(suggestion)"
        return (.dynamic, [.error("Unknown variable", detail, subject: traversal.rootRange)])
    }

    private func explained(_ diagnostic: Diagnostic, _ expression: Expression) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.values = involvedValues(expression)
        return diagnostic
    }
}

extension Value {
    /// The value one step further.
    func stepping(_ step: TraversalStep) throws(Diagnostic) -> Value {
        switch step {
        case .attribute(let name, let range): try attribute(name, range)
        case .index(let key, let range): try indexed(by: key, range)
        }
    }
}
