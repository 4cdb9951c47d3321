package import HCL
package import TemplateConfiguration

extension CheckRule {
    /// Judges a `validation` of an input variable.
    ///
    /// - Parameters:
    ///   - isSecret: whether the variable is declared as sensitive; that its message is about it is no mistake then, but it is not shown.
    ///   - place: what gave the value: the argument in a module call, or the declaration; nil for a default in a called module.
    package func validate(in scope: Scope, isSecret: Bool = false, at place: SourceRange?) -> (
        outcome: ConditionOutcome, diagnostics: Diagnostics
    ) {
        var (context, diagnostics) = scope.context(for: condition.traversals() + errorMessage.traversals())
        if diagnostics.hasErrors { return (.error, diagnostics) }
        let (value, conditionDiagnostics) = condition.evaluate(in: context)
        let (message, messageDiagnostics) = errorMessage.evaluate(in: context)
        diagnostics += conditionDiagnostics + messageDiagnostics
        let truth = truth(
            of: value, summary: "Invalid variable validation result", noun: "Validation condition",
            result: "Invalid validation condition result value")
        switch truth {
        case .failure(let problem): return (.error, diagnostics + [problem])
        case .success(nil): return (diagnostics.hasErrors ? .error : .unknown, diagnostics)
        case .success(true?): return (diagnostics.hasErrors ? .error : .pass, diagnostics)
        case .success(false?): break
        }
        guard message.isKnown else {
            let detail = "Unsuitable value for error message: expression refers to values that won't be known until the apply phase."
            return (.error, diagnostics + [.error("Invalid error message", detail, subject: errorMessage.range)])
        }
        var text = ""
        if !messageDiagnostics.hasErrors {
            let found: Diagnostics
            (text, found) = validationText(message)
            diagnostics += isSecret ? [] : found
        }
        if text.isEmpty { text = "Failed to evaluate condition error message." }
        diagnostics.append(
            Diagnostic(
                .error, "Invalid value for variable", "\(text)\n\nThis was checked by the validation rule at \(range).", subject: place,
                values: condition.values(in: context)))
        return (.fail(text), diagnostics)
    }

    /// The message for people; empty if there is none.
    private func validationText(_ message: Value) -> (String, Diagnostics) {
        if message.isNull { return ("", []) }
        let text: Value
        do {
            text = try message.converted(to: .string)
        } catch {
            let detail = "Unsuitable value for error message: \(error)."
            return ("", [.error("Invalid error message", detail, subject: errorMessage.range)])
        }
        for (mark, name, function) in [(Marks.sensitive, "sensitive", "nonsensitive"), (.ephemeral, "ephemeral", "ephemeralasnull")]
        where text.marks.contains(mark) {
            let detail = """
                The error expression used to explain this condition refers to \(name) values. Terraform will not display the resulting \
                message.

                You can correct this by removing references to \(name) values, or by carefully using the \(function)() function if the \
                expression will not reveal the \(name) data.
                """
            let refusal = Diagnostic.error("Error message refers to \(name) values", detail, subject: errorMessage.range)
            return ("The error message included a sensitive value, so it will not be displayed.", [refusal])
        }
        return ((text.stringValue ?? "").trimmed, [])
    }
}
