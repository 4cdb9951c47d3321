import ArgumentParser
import HCL
import JSON
import ResourceGraph
import TemplateConfiguration
import TemplateGraph
import Threads

/// `berth template graph`
struct GraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw what depends on what in a template.",
        discussion: """
            Draws the template as it is written: nothing is run, and a resource with count or for_each is one. Agents are drawn \
            at the resource they will run on, apps and scripts at their agent. What belongs to nothing is told on standard error. Exits with 1 if the template has errors; the picture \
            is then of the rest of it.
            """)

    /// A language of pictures.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case dot, svg, json
    }

    @OptionGroup var template: TemplateOptions

    @Option(name: .long, help: "dot for Graphviz, svg for a browser, json for programs.")
    var format: Format = .dot

    @Flag(name: .long, help: "Draw variables, locals, outputs and modules, too; for dot only.")
    var all = false

    func validate() throws {
        if all, format != .dot { throw ValidationError("--all is for --format dot only") }
    }

    func run() async throws {
        let command = self
        let (picture, isComplete) = try await DeepStack.run {
            let (configuration, isComplete) = command.template.look()
            return (command.picture(of: configuration), isComplete)
        }
        print(picture, terminator: "")
        if !isComplete { throw ExitCode(1) }
    }

    private func picture(of configuration: Configuration) -> String {
        if all { return ConfigurationDOT(configuration).text }
        let converted = ConvertedGraph(ResourceSet(configuration: configuration))
        for issue in converted.warnings { Terminal.note("\(issue)") }
        return switch format {
        case .dot: converted.graph.dot()
        case .svg: converted.graph.svg()
        case .json: converted.graph.json(sensitive: .redact).serialized(pretty: true) + "\n"
        }
    }
}
