package import HCL
package import TemplateConfiguration

/// What kind of condition a ``CheckRule`` is.
package enum ConditionKind: String, Sendable {
    case resourcePrecondition = "Resource precondition"
    case resourcePostcondition = "Resource postcondition"
    case outputPrecondition = "Module output value precondition"
    case checkAssertion = "Check block assertion"
}

/// What came of a condition.
package enum ConditionOutcome: Sendable, Hashable {
    case pass
    /// With the message for people; empty if there is none that could be shown.
    case fail(String)
    /// The rule itself is wrong.
    case error
    case unknown
}

extension CheckRule {
    /// Judges the rule.
    ///
    /// - Parameter severity: of the finding that the condition does not hold: a warning for assertions of check blocks.
    package func evaluate(
        as kind: ConditionKind, in scope: Scope, severity: Diagnostic.Severity = .error
    ) -> (outcome: ConditionOutcome, diagnostics: Diagnostics) {
        var (message, context, diagnostics) = evaluateMessage(in: scope)
        let (value, found) = condition.evaluate(in: context)
        diagnostics += found
        if diagnostics.hasErrors { return (.error, diagnostics) }
        switch truth(of: value, summary: "Invalid condition result", noun: "Condition", result: "Invalid condition result value") {
        case .failure(let problem): return (.error, diagnostics + [problem])
        case .success(nil):
            if kind == .checkAssertion {
                let detail = "The condition could not be evaluated at this time, a result will be known when this plan is applied."
                diagnostics.append(Diagnostic(.warning, "\(kind.rawValue) known after apply", detail, subject: condition.range))
            }
            return (.unknown, diagnostics)
        case .success(true?): return (.pass, diagnostics)
        case .success(false?):
            let text = message ?? ""
            let detail =
                text.isEmpty
                ? "This check failed, but has an invalid error message as described in the other accompanying messages." : text
            diagnostics.append(
                Diagnostic(severity, "\(kind.rawValue) failed", detail, subject: condition.range, values: condition.values(in: context)))
            return (.fail(text), diagnostics)
        }
    }

    /// The error message alone, and the context for the condition.
    ///
    /// - Returns: no message if there is none that could be shown. After a wrong reference no name has a value in the context.
    package func evaluateMessage(in scope: Scope) -> (message: String?, context: EvaluationContext, diagnostics: Diagnostics) {
        let (context, diagnostics) = scope.context(for: condition.traversals() + errorMessage.traversals())
        let (message, found) = messageText(in: context)
        return (message, context, diagnostics + found)
    }

    private func messageText(in context: EvaluationContext) -> (String?, Diagnostics) {
        let (value, diagnostics) = errorMessage.evaluate(in: context)
        if diagnostics.hasErrors { return (nil, diagnostics) }
        func unsuitable(_ reason: String) -> (String?, Diagnostics) {
            let detail = "Unsuitable value for error message: \(reason)."
            return (nil, diagnostics + [.error("Invalid error message", detail, subject: errorMessage.range)])
        }
        let text: Value
        do { text = try value.converted(to: .string) } catch { return unsuitable("\(error)") }
        if !text.isKnown { return (nil, diagnostics) }
        if text.isNull { return unsuitable("must not be null") }
        guard let refusal = Self.refusal(text.marks) else { return ((text.stringValue ?? "").trimmed, diagnostics) }
        return (nil, diagnostics + [Diagnostic(.warning, refusal.summary, refusal.detail, subject: errorMessage.range)])
    }

    /// Why a message with such marks is not shown; nil if it is.
    private static func refusal(_ marks: Marks) -> (summary: String, detail: String)? {
        if marks.contains(.sensitive) {
            let detail = """
                The error expression used to explain this condition refers to sensitive values, so Terraform will not display the resulting \
                message.

                You can correct this by removing references to sensitive values, or by carefully using the nonsensitive() function if the \
                expression will not reveal the sensitive data.
                """
            return ("Error message refers to sensitive values", detail)
        }
        if marks.contains(.ephemeral) {
            let detail = """
                The error expression used to explain this condition refers to ephemeral values, so Terraform will not display the resulting \
                message.

                You can correct this by removing references to ephemeral values, or by using the ephemeralasnull() function on the \
                references to not reveal ephemeral data.
                """
            return ("Error message refers to ephemeral values", detail)
        }
        return nil
    }

    /// What a condition's value says; nil if it is not known.
    func truth(of value: Value, summary: String, noun: String, result: String) -> Result<Bool?, Diagnostic> {
        if !value.isKnown { return .success(nil) }
        func refuse(_ detail: String) -> Result<Bool?, Diagnostic> { .failure(.error(summary, detail, subject: condition.range)) }
        if value.isNull { return refuse("\(noun) expression must return either true or false, not null.") }
        do {
            return .success(try value.unmarkedDeep().0.converted(to: .bool).boolValue)
        } catch {
            return refuse("\(result): \(error).")
        }
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        let rest = unicodeScalars.drop { $0.properties.isWhitespace }
        let tail = rest.reversed().prefix { $0.properties.isWhitespace }.count
        return String(rest.dropLast(tail))
    }
}
