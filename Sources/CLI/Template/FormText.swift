import HCL
import ProviderKit
import ResourceGraph
import TemplateForms

/// What a template asks, for people: a table of parameters, then what is wrong, then presets, tags and services.
struct FormText {
    let form: TemplateForm

    /// Without a newline at the end.
    var text: String {
        var parts = [form.questions.isEmpty ? "The template asks nothing." : Terminal.table([Self.header] + form.questions.map(row))]
        let problems =
            form.questions.flatMap { question in question.findings.map { problem($0, question.parameter.name) } }
            + form.presets.flatMap { preset in preset.findings.map { problem($0, "preset \(preset.preset.name.goQuoted)") } }
            + form.findings.map { problem($0.finding, $0.address) }
        if !problems.isEmpty { parts.append("Problems:\n" + problems.joined(separator: "\n")) }
        if !form.presets.isEmpty { parts.append("Presets:\n" + form.presets.map(line).joined(separator: "\n")) }
        let parameters = form.parameters
        if !parameters.tags.isEmpty {
            let tags = parameters.tags.sorted { $0.key < $1.key }.map { "  \($0.key)=\($0.value)" }
            parts.append("Tags of the machine that builds:\n" + tags.joined(separator: "\n"))
        }
        if !parameters.externalAuth.isEmpty {
            let services = parameters.externalAuth.map { "  \($0.id)" + ($0.isOptional ? " (optional)" : "") }
            parts.append("Services to be signed in to:\n" + services.joined(separator: "\n"))
        }
        let variables = parameters.variables.filter(\.isRequired).map { "  \($0.name) (\($0.type))" }
        if !variables.isEmpty { parts.append("Variables that the import of the template must set:\n" + variables.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private static let header = ["NAME", "TYPE", "FORM", "VALUE", "OPTIONS", "PROBLEMS"]

    private func row(_ question: FormQuestion) -> [String] {
        let parameter = question.parameter
        let notes = [parameter.isMutable ? nil : "fixed", parameter.isEphemeral ? "for one build" : nil].compactMap(\.self)
        return [
            parameter.name, parameter.type.rawValue, ([parameter.formType?.rawValue ?? "-"] + notes).joined(separator: ", "),
            question.value.map(shortened) ?? "-", parameter.options.map(\.value).map(shortened).joined(separator: ", "),
            question.isValid ? "" : "\(question.findings.count { $0.severity == .error })",
        ]
    }

    private func line(_ preset: FormPreset) -> String {
        let answers = preset.preset.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "  \(preset.preset.name)\(preset.preset.isDefault ? " (default)" : ""): \(answers.joined(separator: ", "))"
    }

    private func problem(_ finding: ProviderFinding, _ subject: String?) -> String {
        let detail = finding.detail.isEmpty ? "" : ": \(finding.detail)"
        return "  \(finding.severity.rawValue): " + (subject.map { "\($0): " } ?? "") + finding.summary + detail
    }

    /// In one line, and no longer than a table can hold.
    private func shortened(_ text: String) -> String {
        let line = text.isEmpty ? "\"\"" : String(text.map { $0.isNewline ? " " : $0 })
        return line.count > 40 ? line.prefix(39) + "…" : line
    }
}
