import HCL
import PluginLoading
import ProviderKit
import Providers
import Provisioners
import ResourceGraph
import TemplateConfiguration
import TemplateEvaluation
import TemplateForms

/// How fast the form of a template follows a changed answer, in a server that has read the template before.
struct FormBenchmarks {
    private let directory: String

    init() throws { directory = try makeTemporaryDirectory() }

    func rows() async throws -> [Row] {
        defer { removeTree(directory) }
        let place = directory + "/form"
        try writeFiles(["main.tf": FormTemplate().text], to: place)
        let (configuration, found) = try await onDeepStack {
            ConfigurationLoader(resolver: InstalledModules(root: place)).load(place)
        }
        if let error = found.first(where: { $0.severity == .error }) { throw PluginError(.system, "\(error)") }
        let catalog = ProviderCatalog(standardProviders(), provisioners: allProvisioners())
        let build = ["CODER_WORKSPACE_NAME": "dev", "CODER_WORKSPACE_OWNER": "ada", "CODER_WORKSPACE_TRANSITION": "start"]
        let answers = FormTemplate.changing.answers
        var times: [Double] = []
        for round in 0..<330 {
            let given = FormAnswers(inputs: [FormTemplate.changing.name: answers[round % answers.count]])
            let time = try await measure {
                let (form, diagnostics) = await TemplateForm.evaluate(configuration, catalog: catalog, answers: given, build: build)
                guard form.isValid, form.questions.count >= 11, !diagnostics.hasErrors else {
                    throw PluginError(.system, "the form is wrong: \(diagnostics) \(form.findings)")
                }
            }
            if round >= 30 { times.append(time) }
        }
        times.sort()
        let slowest = "95 of 100 at most \(Table.time(times[times.count * 95 / 100]))"
        let (reference, theirs) = try planReference()
        let row = Row(
            name: "form of \(FormTemplate.resources) resources, one answer changed", median: median(times), reference: reference,
            referenceMedian: theirs, aim: "less than 5 ms", detail: slowest)
        return [row]
    }

    /// The nearest that Terraform can do: a plan of as many resources, offline.
    private func planReference() throws -> (String, Double) {
        guard let terraform = ProgramRun.find("terraform") else { return ("", .nan) }
        let place = directory + "/builtin"
        try writeFiles(["main.tf": FormTemplate().builtinText], to: place)
        _ = try ProgramRun(program: terraform, arguments: ["init"], directory: place).run()
        let answers = FormTemplate.changing.answers
        let times = try (0..<4).map { round in
            let answer = "\(FormTemplate.changing.name)=\(answers[round % answers.count])"
            return try ProgramRun(program: terraform, arguments: ["plan", "-var", answer], directory: place).run().time
        }
        return ("terraform plan", median(Array(times.dropFirst())))
    }
}
