import ArgumentParser
import JSON
import Logging
import PluginLoading
import PluginSupervision
import PluginTooling
import ResourceGraph

/// `berth plugin run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run an operation of a plugin on a workspace that is kept in a directory.",
        discussion: """
            Does with a directory what the server does with its database: the plugin's checkpoints are stored before they are \
            acknowledged, and a job that was lost, here or in a run before, is recovered first. The graph is printed on standard \
            output, everything else on standard error.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, dot, svg
    }

    @Argument(help: "A plugin's name, or the path of its manifest, library or directory.")
    var plugin: String

    @Argument(help: "parse, plan, apply, read, destroy, recover or inventory.")
    var operation: String

    @Option(name: .long, help: ArgumentHelp("The template; needed for parse, plan and apply.", valueName: "directory"))
    var template: String?

    @Option(
        name: .customLong("parameter"),
        help: ArgumentHelp("A parameter of the template; may be given several times.", valueName: "name=value"))
    var parameters: [String] = []

    @Option(name: .long, help: "start, stop or delete: what plan and apply are for.")
    var transition: String = "start"

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print the graph: text, json, dot or svg.")
    var output: Format = .text

    func validate() throws {
        guard let known = JobOperation(name: operation) else {
            throw ValidationError("there is no operation \"\(operation)\"; use parse, plan, apply, read, destroy, recover or inventory")
        }
        if template == nil, known == .parse || known == .plan || known == .apply {
            throw ValidationError("\(operation) needs a template: add --template DIRECTORY")
        }
        guard ["start", "stop", "delete"].contains(transition) else { throw ValidationError("--transition is start, stop or delete") }
    }

    func run() async throws {
        let manifest = try search.manifest(plugin)
        let run = PluginRun(
            manifest: manifest, configuration: try configuration.value(), workspace: PluginLocator.absolute(workspace.workspace),
            isInProcess: workspace.inProcess, logger: Logger(label: "berth"))
        let inputs = run.inputs(transition: transition, parameters: try ConfigurationValues.object(file: nil, pairs: parameters))
        let operation = JobOperation(name: operation)!
        let template = template.map(PluginLocator.absolute)
        let id = OperationID.new()
        var request = JobRequest(
            operation, operationID: id, sourceDirectory: template, inputs: inputs.serialized(),
            labels: run.labels(for: inputs, operation: id))
        if operation == .inventory { request.labels = request.labels.filter { $0.key == "berth.deployment" } }
        let options = workspace.jobOptions
        let wanted = request
        let result = try await cancellableBySignals { try await run.run({ _ in wanted }, options: options, observer: TerminalObserver()) }
        try show(result)
    }

    private func show(_ result: JobRunner.Result) throws {
        let report = result.report
        let graph = (result.recovery ?? report).graph
        if let document = report.documents["parameters"] {
            print(document.serialized(pretty: true))
        } else {
            switch output {
            case .text: print(GraphText(graph, isColoured: Terminal.isColoured).text)
            case .json: print(graph.json(sensitive: .redact).serialized(pretty: true))
            case .dot: print(graph.dot())
            case .svg: print(graph.svg())
            }
        }
        let summary = operation == "plan" ? " (\(GraphText(graph, isColoured: false).summary))" : ""
        Terminal.note("\(operation) \(report.outcome.rawValue) in \(report.duration.seconds) s\(summary)")
        if let recovery = result.recovery { Terminal.note("recovery \(recovery.outcome.rawValue): what exists is on record") }
        if let error = report.error { throw error }
        if report.outcome != .succeeded { throw ExitCode.failure }
    }
}
