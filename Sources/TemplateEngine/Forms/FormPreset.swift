import HCL
package import ProviderKit
import Providers
package import ResourceGraph

/// A named set of answers in a form, and what is wrong with it.
package struct FormPreset: Sendable {
    package var preset: TemplatePreset
    /// The data source that says it.
    package var address: String
    /// What is wrong with it. A parameter that the template does not have is no error: presets outlive versions of a template.
    package var findings: [ProviderFinding]

    init(_ source: FormSource, _ declarations: [String: CoderParameter]) {
        let value = source.known
        address = source.address
        preset = TemplatePreset(
            name: value.string("name") ?? "", description: value.string("description") ?? "",
            icon: value.string("icon").flatMap { $0.isEmpty ? nil : $0 }, parameters: value.stringMap("parameters") ?? [:],
            isDefault: value.bool("default") ?? false, prebuilds: value.blocks("prebuilds").first.map { .init($0) })
        findings = preset.parameters.sorted { $0.key < $1.key }.flatMap { name, answer in
            Self.findings(name, answer, declarations[name])
        }
    }

    private static func findings(_ name: String, _ answer: String, _ declaration: CoderParameter?) -> [ProviderFinding] {
        let path = AttributePath.attribute("parameters").key(name)
        guard let declaration else {
            return [
                ProviderFinding(
                    .warning, "Preset of an undeclared parameter", "the template has no parameter \(name.goQuoted)", at: path)
            ]
        }
        return declaration.evaluate(input: answer).findings.map { finding in
            var finding = finding
            finding.summary = "Parameter \(name.goQuoted): \(finding.summary)"
            finding.path = path
            return finding
        }
    }
}

extension TemplatePreset.Prebuilds {
    fileprivate init(_ block: Value) {
        let scheduling = block.blocks("scheduling").first
        let seconds = block.blocks("expiration_policy").first?.integer("ttl") ?? 0
        self.init(
            instances: block.integer("instances") ?? 0, ttlSeconds: seconds == 0 ? nil : seconds,
            timezone: scheduling?.string("timezone"),
            schedule: (scheduling?.blocks("schedule") ?? []).map { schedule in
                .init(cron: schedule.string("cron") ?? "", instances: schedule.integer("instances") ?? 0)
            })
    }
}
