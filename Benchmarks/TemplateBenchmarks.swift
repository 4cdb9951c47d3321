import Glibc
import HCL
import PluginLoading
import PluginSupervision
import ProviderKit
import Providers
import Provisioners
import ResourceGraph
import TemplateConfiguration
import TemplateEvaluation
import TemplateForms

/// How fast templates are read, judged and planned, beside the real `terraform` where it is at hand.
///
/// Whole programs are measured against whole programs, what a server does in its own process by itself.
struct TemplateBenchmarks {
    private let directory: String
    private let berth: String
    private let terraform = ProgramRun.find("terraform")

    init() throws {
        var template = Array("/tmp/berth-bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw PluginError(.system, "cannot make a temporary directory") }
        directory = String(cString: made)
        berth = ExecutablePath.directory(of: try WorkerSettings.installedExecutable()) + "/berth"
    }

    func rows() async throws -> [Row] {
        defer { removeTree(directory) }
        // Programs first, see ``ProgramRun/Usage/peakBytes``.
        let programs = try programRows()
        return programs + [try await formRow()] + (try await SyntaxBenchmarks(text: syntaxText).rows())
    }

    // MARK: Programs

    private func programRows() throws -> [Row] {
        guard let terraform else {
            print("terraform is not on the PATH: validate, plan and fmt are left out, as there is nothing to measure them against")
            return []
        }
        let fresh = directory + "/fresh"
        let deployed = directory + "/deployed"
        for place in [fresh, deployed] {
            try write(LargeConfiguration().files, to: place)
            _ = try ProgramRun(program: terraform, arguments: ["init"], directory: place).run()
        }
        _ = try ProgramRun(program: terraform, arguments: ["apply", "-auto-approve", "-no-color"], directory: deployed).run()
        let count = LargeConfiguration.resources
        let text = directory + "/large.tf"
        try replaceFile(text, with: syntaxText)
        return [
            try compare("validate \(count) resources", rounds: 5, ["validate"], ["validate"], in: fresh, aim: "ratio at most 0.1"),
            try compare("plan \(count) new resources", rounds: 3, ["plan"], ["plan"], in: fresh, aim: "ratio at most 0.1"),
            try compare(
                "plan \(count) existing resources", rounds: 3, ["plan", "--state", deployed + "/terraform.tfstate"], ["plan"],
                in: deployed, aim: "ratio at most 0.1"),
            try compare(
                "format \(Table.decimal(Double(syntaxText.count) / 1e6)) MB", rounds: 3, ["fmt", "-"], ["fmt", "-"], in: directory,
                input: text, count: syntaxText.count),
        ]
    }

    private func compare(
        _ name: String, rounds: Int, _ ours: [String], _ theirs: [String], in place: String, input: String? = nil, count: Int = 1,
        aim: String = ""
    ) throws -> Row {
        let (own, other) = try paired(
            rounds: rounds,
            ProgramRun(program: berth, arguments: ["template"] + ours, directory: place, input: input),
            ProgramRun(program: terraform ?? "terraform", arguments: theirs, directory: place, input: input))
        func megabytes(_ usage: ProgramRun.Usage) -> String { "\(usage.peakBytes >> 20) MB" }
        return Row(
            name: name, median: own.time, reference: "terraform " + theirs[0], referenceMedian: other.time, count: count, unit: "B",
            aim: aim, detail: "memory \(megabytes(own)) : \(megabytes(other))")
    }

    /// Several megabytes of usual configuration.
    private var syntaxText: [UInt8] {
        let files = LargeConfiguration().files.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n")
        return Array(String(repeating: files, count: 8).utf8)
    }

    // MARK: Forms

    private func formRow() async throws -> Row {
        let place = directory + "/form"
        try write(["main.tf": FormTemplate().text], to: place)
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
        return Row(
            name: "form of \(FormTemplate.resources) resources, one answer changed", median: median(times), reference: reference,
            referenceMedian: theirs, aim: "less than 5 ms", detail: slowest)
    }

    /// The nearest that Terraform can do: a plan of as many resources, offline.
    private func planReference() throws -> (String, Double) {
        guard let terraform else { return ("", .nan) }
        let place = directory + "/builtin"
        try write(["main.tf": FormTemplate().builtinText], to: place)
        _ = try ProgramRun(program: terraform, arguments: ["init"], directory: place).run()
        let answers = FormTemplate.changing.answers
        let times = try (0..<4).map { round in
            let answer = "\(FormTemplate.changing.name)=\(answers[round % answers.count])"
            return try ProgramRun(program: terraform, arguments: ["plan", "-var", answer], directory: place).run().time
        }
        return ("terraform plan", median(Array(times.dropFirst())))
    }

    private func write(_ files: [String: String], to place: String) throws {
        for (name, text) in files {
            let path = place + "/" + name
            try makeDirectory(ExecutablePath.directory(of: path))
            try replaceFile(path, with: Array(text.utf8))
        }
    }
}

/// Calls what recurses on a thread with a deep stack.
func onDeepStack<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try JobThread.start("berth-bench", stackSizeBytes: 512 << 20) { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
