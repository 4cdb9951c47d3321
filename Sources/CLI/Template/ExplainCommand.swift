import ArgumentParser
import JSON
import TemplateGraph

/// `berth template explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which engine can run a template, and why others cannot.",
        discussion: """
            Templates are run natively where every provider and type in them is known here; otherwise by Terraform. Shows, for \
            each engine, what it lacks: provider by provider, with the place in the template.
            """)

    @OptionGroup var template: TemplateOptions

    @Option(name: .long, help: "text, or json for programs.")
    var output: OutputFormat = .text

    func run() async throws {
        let command = self
        let explanation = try await onDeepStack {
            TemplateExplanation(try command.template.load(), engines: [.native(TemplateOptions.catalog), .terraform])
        }
        print(output == .json ? explanation.json.serialized(pretty: true) : explanation.text)
    }
}
