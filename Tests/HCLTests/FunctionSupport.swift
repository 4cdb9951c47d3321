import HCL

/// Calls functions for tests.
enum Call {
    /// The value as JSON, or the detail of the first error.
    static func outcome(_ text: String, _ environment: FunctionEnvironment = FunctionEnvironment(baseDirectory: "/")) -> String {
        let context = EvaluationContext(variables: [:], functions: StandardFunctions.all, environment: environment)
        let (value, diagnostics) = Evaluation.parse(text).evaluate(in: context)
        if let first = diagnostics.first { return first.detail }
        if !value.isWhollyKnown { return "unknown" }
        do {
            return try value.unmarkedDeep().0.jsonEncoded()
        } catch {
            return error.description
        }
    }
}
