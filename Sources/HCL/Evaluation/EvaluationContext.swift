/// What names stand for while an expression is evaluated.
///
/// A child sees what its parents have; where several have a name, the innermost counts.
package final class EvaluationContext: Sendable {
    /// Nil where no variable may be used, as in a variable's default.
    package let variables: [String: Value]?
    /// Nil where no function may be called, and in children, which use their parents'.
    package let functions: [String: Function]?
    package let environment: FunctionEnvironment
    package let parent: EvaluationContext?

    /// The outermost context.
    package init(variables: [String: Value]?, functions: [String: Function]?, environment: FunctionEnvironment = FunctionEnvironment()) {
        self.variables = variables
        self.functions = functions
        self.environment = environment
        self.parent = nil
    }

    private init(variables: [String: Value], parent: EvaluationContext) {
        self.variables = variables
        self.functions = nil
        self.environment = parent.environment
        self.parent = parent
    }

    /// Where neither variables nor functions can be used.
    package static let constant = EvaluationContext(variables: nil, functions: nil)

    /// A context for an inner expression, in which these names stand for something else.
    package func child(_ variables: [String: Value]) -> EvaluationContext {
        EvaluationContext(variables: variables, parent: self)
    }

    /// This context and those around it, from the inside.
    var chain: some Sequence<EvaluationContext> {
        sequence(first: self) { $0.parent }
    }

    /// The function of a name; names may begin with `core::`.
    func function(_ name: String) -> Function? {
        let plain = name.hasPrefix("core::") ? String(name.dropFirst("core::".count)) : name
        return chain.lazy.compactMap { $0.functions?[name] ?? $0.functions?[plain] }.first
    }

    var allowsFunctions: Bool { chain.contains { $0.functions != nil } }
}
