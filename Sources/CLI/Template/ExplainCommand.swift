import ArgumentParser
import JSON
import TemplateGraph
import Threads

/// `berth template explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which engine can run a template, and why others cannot.",
        discussion: """
            Templates are run natively where every provider and type in them is known here; otherwise by Terraform. Shows, for \
            each engine, what it lacks: provider by provider, with the place in the template. Exits with 1 if the template has errors; what is shown is then of the rest of it.
            """)

    @OptionGroup var template: TemplateOptions

    @Option(name: .long, help: "text, or json for programs.")
    var output: OutputFormat = .text

    func run() async throws {
        let command = self
        let (explanation, isComplete) = try await DeepStack.run {
            let (configuration, isComplete) = command.template.look()
            return (TemplateExplanation(configuration, engines: [.native(TemplateOptions.catalog), .terraform]), isComplete)
        }
        print(output == .json ? explanation.json.serialized(pretty: true) : explanation.text)
        if !isComplete { throw ExitCode(1) }
    }
}
