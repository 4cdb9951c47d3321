extension Evaluator {
    /// An error about an expression, with the values that its references have.
    func fault(
        _ summary: String, _ detail: String, _ subject: SourceRange, context: SourceRange? = nil, about expression: Expression
    ) -> Diagnostic {
        var diagnostic = Diagnostic.error(summary, detail, subject: subject, context: context)
        diagnostic.values = involvedValues(expression)
        return diagnostic
    }

    /// What references in an expression stand for, sorted by how they are written.
    ///
    /// Secrets are left out, as are references that have no value.
    func involvedValues(_ expression: Expression) -> [Diagnostic.InvolvedValue] {
        var statements: [String: String] = [:]
        for traversal in expression.traversals() {
            guard let (reference, value) = longestKnown(traversal), statements[reference] == nil, value.marks.isEmpty else { continue }
            if value.isKnown {
                statements[reference] = value.diagnosticStatement
            } else if value.type != .dynamic {
                statements[reference] = "is a \(value.type.friendlyName)"
            }
        }
        return statements.sorted { $0.key < $1.key }.map { Diagnostic.InvolvedValue(reference: $0.key, statement: $0.value) }
    }

    /// The reference with as many of its steps as have a value; at least one.
    private func longestKnown(_ traversal: Traversal) -> (String, Value)? {
        var traversal = traversal
        while !traversal.steps.isEmpty {
            let (value, diagnostics) = lookUp(traversal)
            if !diagnostics.hasErrors { return (traversal.text, value) }
            traversal.steps.removeLast()
        }
        return nil
    }
}

extension Traversal {
    /// As it would be written: `var.list[0].name`.
    package var text: String {
        steps.reduce(root) { text, step in
            switch step {
            case .attribute(let name, _): text + ".\(name)"
            case .index(let key, _):
                switch key.content {
                case .number(let number): text + "[\(number.text)]"
                case .string(let string): text + "[\(string.goQuoted)]"
                default: text + "[...]"
                }
            }
        }
    }
}

extension Expression {
    /// What the references in the expression stand for, as diagnostics about it show them.
    package func values(in context: EvaluationContext) -> [Diagnostic.InvolvedValue] {
        Evaluator(context: context).involvedValues(self)
    }
}
