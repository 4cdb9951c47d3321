import HCL
import JSON
import ProviderKit
import ResourceGraph
import TemplateForms

/// What a template asks, for programs.
struct FormJSON {
    let form: TemplateForm

    var document: JSONValue {
        [
            "version": 1, "valid": .bool(form.isValid), "template": form.parameters.json,
            "answers": .array(
                form.questions.map { question in
                    [
                        "name": .string(question.parameter.name), "address": .string(question.address),
                        "value": question.value.map { .string($0) } ?? .null, "valid": .bool(question.isValid),
                        "styling": .string(question.styling), "problems": .array(question.findings.map { json($0) }),
                    ]
                }),
            "presets": .array(
                form.presets.map { preset in
                    [
                        "name": .string(preset.preset.name), "address": .string(preset.address),
                        "problems": .array(preset.findings.map { json($0) }),
                    ]
                }),
            "problems": .array(form.findings.map { json($0.finding, $0.address) }),
        ]
    }

    private func json(_ finding: ProviderFinding, _ address: String? = nil) -> JSONValue {
        var json: JSONValue = [
            "severity": .string(finding.severity.rawValue), "summary": .string(finding.summary), "detail": .string(finding.detail),
        ]
        if let address { json["address"] = .string(address) }
        return json
    }
}
