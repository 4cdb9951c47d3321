import HCL
import TemplateState

/// Runs one case of the corpus, step by step.
struct ConfigurationRun {
    private let example: ConfigurationCase
    private let engine: any CorpusEngine
    private let directory: String
    private var identifiers = RandomIdentifiers()
    private var state: State?
    private var verdict = ConfigurationVerdict()

    private init(_ example: ConfigurationCase, _ engine: any CorpusEngine, directory: String) {
        self.example = example
        self.engine = engine
        self.directory = directory
    }

    /// Runs a case in a directory of its own, which is removed afterwards.
    static func verdict(of example: ConfigurationCase, by engine: any CorpusEngine) async -> ConfigurationVerdict {
        guard let directory = Files.makeTemporaryDirectory() else {
            var verdict = ConfigurationVerdict()
            verdict.require(["cannot make a temporary directory"], example.name)
            return verdict
        }
        defer { Files.removeTree(directory) }
        var run = ConfigurationRun(example, engine, directory: directory)
        await run.run()
        return run.verdict
    }

    private mutating func run() async {
        let overlays = Set(example.steps.compactMap(\.overlay))
        guard Files.copyTree(example.directory, to: directory, without: overlays.union(["golden.json"])) else {
            return verdict.require(["cannot copy \(example.directory)"], example.name)
        }
        for step in example.steps {
            if let overlay = step.overlay, !Files.copyTree("\(example.directory)/\(overlay)", to: directory) {
                return verdict.require(["cannot copy \(overlay)"], example.name)
            }
            var input = step.input
            input.directory = directory
            input.state = state
            do {
                // What follows after a step that went another way would be different for that reason alone.
                guard try await run(step, input) else { return }
            } catch {
                return verdict.require(["what came of it cannot be written: \(error)"], "step \(step.number)")
            }
        }
    }

    /// - Returns: whether the step got as far as it did with Terraform.
    private mutating func run(_ step: ConfigurationCase.Step, _ input: CorpusInput) async throws -> Bool {
        let loaded = await engine.load(input)
        compare(step, .initialisation, exit: loaded.hasErrors ? 1 : 0, loaded.filter { $0.severity == .error })
        guard !loaded.hasErrors, step.phases[.plan] != nil else { return loaded.hasErrors == (step.phases[.plan] == nil) }

        let (plan, found) = await engine.plan(input)
        let hasChanges = plan?.hasChanges ?? false
        // Warnings about the text come again with every command.
        let warnings = loaded.filter { $0.severity == .warning }
        compare(step, .plan, exit: found.hasErrors ? 1 : hasChanges ? 2 : 0, warnings + found)
        guard let plan, !found.hasErrors, step.phases[.apply] != nil else {
            return (found.hasErrors || plan == nil) == (step.phases[.apply] == nil)
        }
        try compare(plan, step)

        let applied = await engine.apply(plan, input)
        state = applied.state
        let json = StateJSON(applied.state, schemas: engine.schemas)
        let document = try JSONText.parse(try json.text())
        let resources = ConfigurationRun.resources(in: document["values"]?["root_module"])
        identifiers.learn(resources, step: step.number)
        compare(step, .apply, exit: applied.diagnostics.hasErrors ? 1 : 0, warnings + applied.diagnostics)
        let place = "step \(step.number)"
        verdict.compare(resources: step.golden["resources"], resources.map(identifiers.naming), place)
        let outputs = identifiers.naming(try JSONText.parse(try json.outputs()))
        verdict.require(JSONDifference.lines(step.golden["outputs"] ?? .object([]), outputs, at: "outputs"), place)
        verdict.compare(checks: step.golden["checks"], document["checks"].map(identifiers.naming), place)
        compareOutput(applied.provisionerOutput, step)
        return true
    }

    private mutating func compare(_ plan: Plan, _ step: ConfigurationCase.Step) throws {
        let place = "step \(step.number) plan"
        let golden = step.golden["plan"]
        let json = PlanJSON(plan, schemas: engine.schemas)
        let changes = identifiers.naming(try JSONText.parse(try json.resourceChanges()))
        verdict.compare(changes: golden?["resource_changes"], changes, place)
        verdict.compare(outputChanges: golden?["output_changes"], identifiers.naming(try JSONText.parse(try json.outputChanges())), place)
        verdict.compare(checks: golden?["checks"], identifiers.naming(try JSONText.parse(json.checks())), place)
    }

    private mutating func compare(
        _ step: ConfigurationCase.Step, _ name: ConfigurationCase.Phase.Name, exit: Int, _ found: Diagnostics
    ) {
        guard let expected = step.phases[name] else { return }
        let findings = found.map { diagnostic in
            var finding = ConfigurationCase.Finding(diagnostic)
            finding.summary = identifiers.naming(finding.summary)
            finding.detail = identifiers.naming(finding.detail)
            return (diagnostic.severity, finding)
        }
        verdict.compare(expected, exit: exit, findings, name, "step \(step.number) \(name.rawValue)")
    }

    private mutating func compareOutput(_ got: [(address: String, line: String)], _ step: ConfigurationCase.Step) {
        let expected = step.golden["apply"]?["provisioner_output"]
        if expected == nil, got.isEmpty { return }
        let lines = got.map { JSONText.array([.string($0.address), .string(identifiers.naming($0.line))]) }
        verdict.count(
            .provisionerOutput, JSONDifference.lines(expected ?? .array([]), .array(lines), at: "provisioner_output"),
            "step \(step.number)")
    }

    /// All objects, whatever module they are in.
    private static func resources(in module: JSONText?) -> [JSONText] {
        (module?["resources"]?.items ?? []) + (module?["child_modules"]?.items ?? []).flatMap { resources(in: $0) }
    }
}
