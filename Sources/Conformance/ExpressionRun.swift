import HCL

/// Evaluates one expression as the local `v` of a root module.
struct ExpressionRun {
    var functions: [String: Function]
    /// Where relative paths start.
    var directory: String

    /// What came of it.
    struct Outcome {
        var value: Value
        /// In the order of file, place and summary.
        var errors: [Diagnostic]
    }

    /// What is before the expression on its line.
    static let indentation = "  v = "

    func evaluate(_ example: ExpressionCase) -> Outcome {
        let text = "locals {\n\(ExpressionRun.indentation)\(example.expression)\n}\n"
        var (body, diagnostics) = Parser.parseFile(Array(text.utf8), file: "main.tf")
        var bodies = [body]
        if let variables = example.variables {
            let parsed = Parser.parseFile(Array(variables.utf8), file: "vars.tf")
            body = parsed.0
            bodies.append(body)
            diagnostics += parsed.1
        }
        if diagnostics.hasErrors { return Outcome(value: .dynamic, errors: sorted(diagnostics)) }
        // As Terraform does, first for any input, then for this one; time is known in the second run only.
        for isValidating in [true, false] {
            let environment = FunctionEnvironment(
                baseDirectory: directory, timestamp: isValidating ? nil : "2025-01-02T03:04:05Z", functions: functions)
            let module = StandaloneModule(
                bodies: bodies, functions: functions, environment: environment, isValidating: isValidating)
            let found = module.check()
            if found.hasErrors { return Outcome(value: .dynamic, errors: sorted(found)) }
            if !isValidating, let result = module.local("v") { return Outcome(value: result.value, errors: []) }
        }
        return Outcome(value: .dynamic, errors: [.error("no local was found")])
    }

    private func sorted(_ diagnostics: Diagnostics) -> [Diagnostic] {
        func key(_ diagnostic: Diagnostic) -> (String, Int, Int, String) {
            let start = diagnostic.subject?.start
            return (diagnostic.subject?.file ?? "", start?.line ?? 0, start?.column ?? 0, diagnostic.summary)
        }
        return diagnostics.filter { $0.severity == .error }.sorted { key($0) < key($1) }
    }
}
