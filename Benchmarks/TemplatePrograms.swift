import PluginLoading
import PluginSupervision

/// How fast templates are judged, planned and formatted, beside the real `terraform`: whole programs against whole programs.
struct TemplatePrograms {
    private let directory: String
    private let berth: String
    private let terraform = ProgramRun.find("terraform")

    init() throws {
        directory = try makeTemporaryDirectory()
        berth = ExecutablePath.directory(of: try WorkerSettings.installedExecutable()) + "/berth"
    }

    func rows() throws -> [Row] {
        defer { removeTree(directory) }
        guard let terraform else {
            print("terraform is not on the PATH: validate, plan and fmt are left out, as there is nothing to measure them against")
            return []
        }
        let fresh = directory + "/fresh"
        let deployed = directory + "/deployed"
        for place in [fresh, deployed] {
            try writeFiles(LargeConfiguration().files, to: place)
            _ = try ProgramRun(program: terraform, arguments: ["init"], directory: place).run()
        }
        // Terraform writes the state after each object: minutes. Ours is as good, which the plan proves: it changes nothing.
        let ourselves = ExecutablePath.current ?? CommandLine.arguments[0]
        _ = try ProgramRun(program: ourselves, arguments: [StateMaker.argument, deployed], directory: deployed).run()
        let count = LargeConfiguration.resources
        let text = directory + "/large.tf"
        let syntaxText = LargeConfiguration().repeatedText
        try replaceFile(text, with: syntaxText)
        return [
            try compare("validate \(count) resources", rounds: 5, ["validate"], ["validate"], in: fresh, aim: "ratio at most 0.1"),
            try compare("plan \(count) new resources", rounds: 3, ["plan"], ["plan"], in: fresh, aim: "ratio at most 0.1"),
            try compare(
                "plan \(count) existing resources", rounds: 3, ["plan", "--state", deployed + "/terraform.tfstate"],
                ["plan", "-detailed-exitcode"],
                in: deployed, aim: "ratio at most 0.1"),
            try compare(
                "format \(Table.decimal(Double(syntaxText.count) / 1e6)) MB", rounds: 3, ["fmt", "-"], ["fmt", "-"], in: directory,
                input: text, count: syntaxText.count, unit: "B"),
        ]
    }

    private func compare(
        _ name: String, rounds: Int, _ ours: [String], _ theirs: [String], in place: String, input: String? = nil, count: Int = 1,
        unit: String = "", aim: String = ""
    ) throws -> Row {
        let (own, other) = try paired(
            rounds: rounds,
            ProgramRun(program: berth, arguments: ["template"] + ours, directory: place, input: input),
            ProgramRun(program: terraform ?? "terraform", arguments: theirs, directory: place, input: input))
        let processor = "\(Table.time(own.processorTime)) : \(Table.time(other.processorTime))"
        func megabytes(_ usage: ProgramRun.Usage) -> String { "\(usage.peakBytes >> 20) MB" }
        return Row(
            name: name, median: own.time, reference: "terraform " + theirs[0], referenceMedian: other.time, count: count, unit: unit,
            aim: aim, detail: "processor \(processor), memory \(megabytes(own)) : \(megabytes(other))")
    }

}
