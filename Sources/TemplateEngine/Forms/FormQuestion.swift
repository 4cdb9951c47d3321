import HCL
package import ProviderKit
import Providers
package import ResourceGraph

/// A parameter in a form: the question, what is answered, and what is wrong with that.
package struct FormQuestion: Sendable {
    package var parameter: TemplateParameter
    /// The data source that asks.
    package var address: String
    /// What is answered, or the default; nil if an answer is missing. Also there if it is not allowed.
    package var value: String?
    /// How a form is to look, as a JSON object.
    package var styling: String
    /// What is wrong with question and answer.
    package var findings: [ProviderFinding]

    package var isValid: Bool { !findings.contains { $0.severity == .error } }

    init(_ source: FormSource, _ answers: FormAnswers) {
        let declaration = CoderParameter(configuration: source.known)
        let answer = answers.answer(to: declaration.name, isEphemeral: declaration.isEphemeral)
        let previous = answers.previous[declaration.name]
        let outcome = Self.outcome(declaration, answer: answer, previous: previous)
        address = source.address
        styling = declaration.styling
        value = answer ?? declaration.defaultValue
        parameter = TemplateParameter(declaration, form: outcome.form)
        findings = outcome.findings
        if value == nil {
            findings.append(ProviderFinding(.error, "Required parameter not provided", "parameter value is null"))
        } else if let value, let finding = declaration.mutabilityFinding(value: value, previous: previous) {
            findings.append(finding)
        }
        findings += FormChecks.findings(declaration, source)
    }

    /// What comes of an answer. Of one that is missing, nothing is said but that it is.
    private static func outcome(_ declaration: CoderParameter, answer: String?, previous: String?) -> CoderParameter.Outcome {
        guard answer == nil, declaration.defaultValue == nil else { return declaration.evaluate(input: answer, previous: previous) }
        var bare = declaration
        bare.validation = nil
        return bare.evaluate(input: nil)
    }
}
