import ArgumentParser
import Glibc
import JSON
import Logging
import PluginLoading
import PluginSupervision
import PluginTooling
import ResourceGraph

/// `berth plugin call`
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call one of a plugin's own operations.",
        discussion: "See `berth plugin actions PLUGIN` for what there is. Values are read by the type of their parameter.")

    @Argument(help: "A plugin's name, or the path of its manifest, library or directory.")
    var plugin: String

    @Argument(help: "The action.")
    var action: String

    @Argument(help: ArgumentHelp("Its arguments.", valueName: "name=value"))
    var arguments: [String] = []

    @Option(name: .long, help: ArgumentHelp("The resource it is for.", valueName: "address"))
    var resource: String?

    @Flag(name: .shortAndLong, help: "Do not ask before an action that may lose data.")
    var yes = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print the results: text or json.")
    var output: OutputFormat = .text

    func run() async throws {
        let manifest = try search.manifest(plugin)
        let run = PluginRun(
            manifest: manifest, configuration: try configuration.value(), workspace: PluginLocator.absolute(workspace.workspace),
            isInProcess: workspace.inProcess, logger: Logger(label: "berth"))
        var texts: [String: String] = [:]
        for argument in arguments {
            let (name, value) = try ConfigurationValues.split(argument)
            guard texts.updateValue(value, forKey: name) == nil else { throw ValidationError("\(name) is given twice") }
        }
        let inputs = run.inputs(transition: "start", parameters: [:])
        let values = texts
        let options = workspace.jobOptions
        let result = try await cancellableBySignals {
            try await run.run({ try request($0, values, run, inputs) }, options: options, observer: TerminalObserver())
        }
        let report = result.report
        switch output {
        case .json:
            let outputs = report.graph.outputs.map { ($0.name, $0.isSensitive ? JSONValue.string("***") : $0.value) }
            print(JSONValue.object(Dictionary(outputs) { $1 }).serialized(pretty: true))
        case .text:
            for output in report.graph.outputs {
                print("\(output.name): \(output.isSensitive ? "***" : output.value.stringValue ?? output.value.serialized())")
            }
        }
        Terminal.note("\(action) \(report.outcome.rawValue) in \(report.duration.seconds) s")
        if let error = report.error { throw error }
        if report.outcome != .succeeded { throw ExitCode.failure }
    }

    private func request(
        _ descriptor: PluginDescriptor, _ texts: [String: String], _ run: PluginRun, _ inputs: JSONValue
    ) throws -> JobRequest {
        guard let declaration = descriptor.actions.first(where: { $0.id == action }) else {
            let known = descriptor.actions.map(\.id).joined(separator: ", ")
            throw PluginError(
                .unsupported, "has no action \"\(action)\"; \(known.isEmpty ? "it has none" : "it has \(known)")", plugin: descriptor.id)
        }
        let arguments = try declaration.arguments(from: try declaration.values(fromText: texts))
        if let type = declaration.appliesTo, type != "*", resource == nil {
            throw ValidationError("\(action) is for a resource of type \(type): add --resource ADDRESS")
        }
        if declaration.isDangerous, !yes { try confirm(declaration) }
        let id = OperationID.new()
        return JobRequest(
            .action(id: action, arguments: arguments), operationID: id, inputs: inputs.serialized(),
            labels: run.labels(for: inputs, operation: id), resource: resource)
    }

    private func confirm(_ declaration: ActionDeclaration) throws {
        guard isatty(STDIN_FILENO) == 1 else { throw ValidationError("\(action) may lose data: add --yes if you mean it") }
        Terminal.note("\(declaration.title): \(declaration.summary) This may lose data. Go on? [y/N]")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else { throw ExitCode.failure }
    }
}
