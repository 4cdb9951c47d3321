/// What names stand for while an expression is evaluated.
///
/// A child sees what its parents have; where several have a name, the innermost counts.
package final class EvaluationContext: Sendable {
    package let variables: [String: Value]
    /// Empty in children, which use their parents'.
    package let functions: [String: Function]
    package let environment: FunctionEnvironment
    package let parent: EvaluationContext?

    /// The outermost context.
    package init(
        variables: [String: Value] = [:], functions: [String: Function] = [:], environment: FunctionEnvironment = FunctionEnvironment()
    ) {
        self.variables = variables
        self.functions = functions
        self.environment = environment
        self.parent = nil
    }

    private init(variables: [String: Value], parent: EvaluationContext) {
        self.variables = variables
        self.functions = [:]
        self.environment = parent.environment
        self.parent = parent
    }

    /// A context for an inner expression, in which these names stand for something else.
    package func child(_ variables: [String: Value]) -> EvaluationContext {
        EvaluationContext(variables: variables, parent: self)
    }

    /// The function of a name, from here or around here.
    package func function(_ name: String) -> Function? {
        functions[name] ?? parent?.function(name)
    }
}
