import HCL
import PluginKit
import ProviderKit
import ResourceGraph
import TemplateConfiguration
import TemplateEngine
import TemplateForms

extension TemplateRunner {
    /// Publishes what the template asks, for the answers in the inputs.
    func parse(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "parse") { operation in
            let template = try await operation.template(needsVariables: false)
            let configuration = template.configuration
            let inputs = operation.inputs
            let answers = FormAnswers(inputs: inputs.parameters, previous: inputs.previousParameters)
            let build = operation.environment(nil, in: configuration.rootDirectory).provider.variables
            let (form, diagnostics) = await TemplateForm.evaluate(
                configuration, catalog: catalog, answers: answers, build: build, variables: template.variables)
            operation.reporter.report(diagnostics, operation.code, places: template.places)
            try job.checkCancellation()
            let findings =
                form.findings
                + form.questions.flatMap { question in
                    // An answer that is not there yet is no mistake of the template.
                    question.findings.filter { question.value != nil || $0.severity != .error }
                        .map { FormFinding($0, at: question.address) }
                }
                + form.presets.flatMap { preset in preset.findings.map { FormFinding($0, at: preset.address) } }
            for finding in findings { operation.report(finding) }
            try await job.publish(parameters: form.parameters.json)
            try operation.end(!diagnostics.hasErrors && !findings.contains { $0.finding.severity == .error })
        }
    }
}

extension TemplateOperation {
    fileprivate func report(_ found: FormFinding) {
        let finding = found.finding
        reporter.report(
            PluginKit.Diagnostic(
                finding.severity == .error ? .error : .warning, code: code, summary: finding.summary, detail: finding.detail,
                resource: found.address, attribute: finding.path.map { Self.pointer($0) }))
    }

    private static func pointer(_ path: AttributePath) -> String {
        path.map { step in
            switch step {
            case .attribute(let name): "/" + name
            case .index(let key): "/" + (key.stringValue ?? key.numberValue?.text ?? "")
            }
        }.joined()
    }
}
