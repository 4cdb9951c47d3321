import HCL
import ProviderKit
import Providers
package import ResourceGraph

/// What a template asks of its user, with what is answered so far and everything that is wrong with that: each question has its own
/// findings, so that one wrong answer hides nothing.
///
/// It takes the data sources of the whole template. So that one wrong answer does not keep the engine from evaluating what depends on
/// it, read them with a `CoderProvider(isLenient: true)`.
package struct TemplateForm: Sendable {
    /// By order, then by name.
    package var questions: [FormQuestion]
    /// By name.
    package var presets: [FormPreset]
    /// What is asked, without the answers.
    package var parameters: TemplateParameters
    /// What is wrong with the template as a whole.
    package var findings: [FormFinding]

    /// Whether a build may begin with these answers.
    package var isValid: Bool { questions.allSatisfy(\.isValid) && !findings.contains { $0.finding.severity == .error } }

    /// - Parameter variables: what whoever imports the template sets; they are passed through.
    package init(_ sources: [FormSource], answers: FormAnswers = FormAnswers(), variables: [TemplateVariable] = []) {
        func all(_ types: String...) -> [FormSource] { sources.filter { types.contains($0.type) } }
        var findings: [FormFinding] = []
        let asked = all("coder_parameter").map { FormQuestion($0, answers) }
        questions = Self.first(asked, \.parameter.name)
            .sorted { ($0.parameter.order, $0.parameter.name) < ($1.parameter.order, $1.parameter.name) }
        if let problem = Self.repeated(asked.map(\.parameter.name), of: "coder_parameter") { findings.append(problem) }

        let declarations = all("coder_parameter").map { CoderParameter(configuration: $0.known) }
        let byName = Dictionary(declarations.map { ($0.name, $0) }) { first, _ in first }
        let given = all("coder_workspace_preset").map { FormPreset($0, byName) }
        var presets = Self.first(given, \.preset.name).sorted { $0.preset.name < $1.preset.name }
        if let problem = Self.repeated(given.map(\.preset.name), of: "coder_workspace_preset") { findings.append(problem) }
        let defaults = presets.indices.filter { presets[$0].preset.isDefault }
        if defaults.count > 1 {
            findings.append(
                Self.error("a maximum of 1 coder_workspace_preset can be marked as default, but \(defaults.count) are set"))
            for index in defaults.dropFirst() { presets[index].preset.isDefault = false }
        }

        self.presets = presets

        let tags = Self.tags(all("coder_workspace_tags"))
        parameters = TemplateParameters(
            variables: variables, parameters: questions.map(\.parameter), presets: presets.map(\.preset),
            externalAuth: Self.services(all("coder_git_auth") + all("coder_external_auth")), tags: tags.tags)
        self.findings = findings + tags.findings
    }

    private static func error(_ summary: String, at address: String? = nil) -> FormFinding {
        FormFinding(ProviderFinding(.error, summary), at: address)
    }

    /// Of those with one name the first.
    private static func first<Element>(_ elements: [Element], _ name: (Element) -> String) -> [Element] {
        var seen: Set<String> = []
        return elements.filter { seen.insert(name($0)).inserted }
    }

    private static func repeated(_ names: [String], of type: String) -> FormFinding? {
        let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted().map(\.goQuoted)
        guard let last = repeated.last else { return nil }
        let all = repeated.count == 1 ? last : repeated.dropLast().joined(separator: ", ") + " and " + last
        return error("\(type) names must be unique but \(all) \(repeated.count == 1 ? "appears" : "appear") multiple times")
    }

    /// A service is optional if nobody needs it.
    private static func services(_ sources: [FormSource]) -> [TemplateParameters.ExternalAuth] {
        var optional: [String: Bool] = [:]
        for source in sources {
            guard let id = source.known.string("id"), !id.isEmpty else { continue }
            optional[id] = (optional[id] ?? true) && source.known.bool("optional") ?? false
        }
        return optional.sorted { $0.key < $1.key }.map { TemplateParameters.ExternalAuth(id: $0.key, isOptional: $0.value) }
    }

    private static func tags(_ sources: [FormSource]) -> (tags: [String: String], findings: [FormFinding]) {
        var tags: [String: String] = [:]
        var findings: [FormFinding] = []
        for source in sources {
            guard let given = source.known.members?["tags"]?.members else { continue }
            for (name, value) in given.sorted(by: { $0.key < $1.key }) {
                guard let text = value.stringValue else {
                    findings.append(error("workspace tag \(name.goQuoted) is not known before the build", at: source.address))
                    continue
                }
                if tags.updateValue(text, forKey: name) != nil {
                    findings.append(error("workspace tag \(name.goQuoted) is defined multiple times", at: source.address))
                }
            }
        }
        return (tags, findings)
    }
}
