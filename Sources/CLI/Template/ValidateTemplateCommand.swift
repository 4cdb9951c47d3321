import ArgumentParser
import HCL
import JSON
import PluginTooling
import TemplateConfiguration
import TemplateValidation
import Threads

/// `berth template validate`
struct ValidateTemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a template, without running anything.",
        discussion: """
            Finds what is wrong with a template whatever its variables and answers are: syntax, references, types, arguments that \
            its providers do not know. Of a provider that Berth does not have itself there is one warning, and everything that \
            needs no schema of it is checked. Functions read files in the template's directory only. Exits with 1 if there are \
            errors.
            """)

    @OptionGroup var template: TemplateOptions

    @Option(name: .long, help: "text, or json for the document of terraform validate -json.")
    var output: OutputFormat = .text

    @Flag(name: .customLong("json"), help: "The same as --output json.")
    var isJSON = false

    func run() async throws {
        let command = self
        let (diagnostics, sources) = try await DeepStack.run { command.findings() }
        if output == .json || isJSON {
            print(DiagnosticJSON(diagnostics: diagnostics, sources: sources).document.serialized(pretty: true))
        } else {
            template.show(diagnostics, sources)
            if !diagnostics.hasErrors {
                print(diagnostics.isEmpty ? "The template is valid." : "The template is valid, but there were warnings, as shown above.")
            }
        }
        if diagnostics.hasErrors { throw ExitCode(1) }
    }

    private func findings() -> (Diagnostics, [String: SourceFile]) {
        let (configuration, found) = template.read()
        // Without a module, what is there can be judged nevertheless.
        guard found.allSatisfy({ $0.severity != .error || $0.isMissingModule }) else { return (found, configuration.sources) }
        let validator = TemplateValidator(
            configuration: configuration, catalog: TemplateOptions.catalog, allowedRoot: configuration.rootDirectory,
            passesOverMissingProviders: true)
        return (found + validator.validate(), configuration.sources)
    }
}
