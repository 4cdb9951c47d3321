import HCL

/// Evaluates texts for tests.
enum Evaluation {
    static func parse(_ text: String) -> Expression { Parser.parseExpression(Array(text.utf8), file: "test.tf").0 }

    static func evaluate(
        _ text: String, _ variables: [String: Value] = [:], functions: [Function] = []
    ) -> (value: Value, diagnostics: Diagnostics) {
        let table = Dictionary(functions.map { ($0.name, $0) }) { $1 }
        let environment = FunctionEnvironment(baseDirectory: "/", functions: table)
        let context = EvaluationContext(variables: variables, functions: table, environment: environment)
        return parse(text).evaluate(in: context)
    }

    /// The value as JSON, or what is wrong, one finding after the other.
    static func outcome(_ text: String, _ variables: [String: Value] = [:], functions: [Function] = []) -> String {
        let (value, diagnostics) = evaluate(text, variables, functions: functions)
        if diagnostics.hasErrors { return diagnostics.map(\.summary).joined(separator: ", ") }
        if !value.isWhollyKnown { return "unknown \(value.type)" }
        do {
            return try value.unmarkedDeep().0.jsonEncoded()
        } catch {
            return error.description
        }
    }
}

extension Value {
    /// The same value, not to be shown.
    var secret: Value { marked(with: .sensitive) }
}
