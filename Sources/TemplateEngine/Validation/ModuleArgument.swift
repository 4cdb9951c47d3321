import HCL
import TemplateConfiguration

/// What a call gives for a variable of the module.
struct ModuleArgument {
    let variable: VariableDeclaration
    /// `module.a.var.x`
    let address: String
    /// Nil if the call says nothing of it.
    let attribute: Attribute?

    /// The value that the variable has; unknown if it is not suitable.
    ///
    /// - Parameter scope: that of the call.
    func value(in scope: Scope) -> (value: Value, diagnostics: Diagnostics) {
        let input = variable.input
        let unknown = Value.unknown(input.type.withoutOptional)
        guard let attribute else { return (input.fallback ?? unknown, []) }
        let (given, diagnostics) = scope.evaluate(attribute.expression)
        if diagnostics.hasErrors { return (unknown, diagnostics) }
        func refuse(_ summary: String, _ detail: String, _ subject: SourceRange) -> (value: Value, diagnostics: Diagnostics) {
            (unknown, diagnostics + [.error(summary, detail, subject: subject)])
        }
        let place = attribute.expression.range
        do {
            let value = try input.converted(given)
            if !value.containsMarks(.ephemeral) || input.isEphemeral {
                guard value.isNull, !input.isNullable else { return (value, diagnostics) }
                if let fallback = input.fallback { return (fallback, diagnostics) }
                let detail =
                    "The given value is not suitable for \(address) defined at \(variable.range): required variable may not be set to null."
                return refuse("Required variable not set", detail, place)
            }
            let detail = """
                This input variable is not declared as accepting a ephemeral values, so it cannot be set to a result derived from an ephemeral \
                value.
                """
            return refuse("Ephemeral value not allowed", detail, place)
        } catch {
            if input.isSensitive {
                let detail =
                    "The given value is not suitable for \(address), which is sensitive: \(error). Invalid value defined at \(place)."
                return refuse("Invalid value for input variable", detail, variable.range)
            }
            let detail = "The given value is not suitable for \(address) declared at \(variable.range): \(error)."
            return refuse("Invalid value for input variable", detail, place)
        }
    }
}
