import ArgumentParser
import HCL
import PluginLoading
import ProviderKit
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateGraph
import TemplateState
import Threads

/// `berth template plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a template would do. Nothing is changed.",
        discussion: """
            Runs a template natively as far as its plan. Data sources are read for real: `data "external"` runs its program, \
            `data "http"` sends its request. Variables are given as to Terraform: TF_VAR_name in the environment, \
            terraform.tfvars and *.auto.tfvars in the directory, --var-file and --var. Parameters without an answer have \
            their defaults. Exits with 1 if there are errors, or if a provider is not there; `berth template explain` tells \
            which engine has it.
            """)

    @OptionGroup var template: TemplateOptions
    @OptionGroup var values: VariableOptions

    @Option(name: .long, help: ArgumentHelp("The answer to a parameter; may be given several times.", valueName: "name=value"))
    var parameter: [String] = []

    @OptionGroup var build: BuildOptions

    @Option(name: .long, help: ArgumentHelp("A state file, of what exists already; without it nothing does.", valueName: "file"))
    var state: String?

    @Flag(name: .long, help: "Plan the end of everything in the state.")
    var destroy = false

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Whether providers are asked first what became of the objects in the state.")
    var refresh = true

    @Option(name: .long, help: ArgumentHelp("An object to make anew; may be given several times.", valueName: "address"))
    var replace: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Plan only this module, resource or instance, and what it depends on; may be given several times.", valueName: "address"))
    var target: [String] = []

    @Flag(name: .long, help: "Let functions such as file() read outside of the template's directory.")
    var allowFilesOutside = false

    @Option(name: .long, help: "text, or json for the document of terraform show -json.")
    var output: OutputFormat = .text

    @Flag(name: .customLong("json"), help: "The same as --output json.")
    var isJSON = false

    func run() async throws {
        let command = self
        let options = try planOptions()
        let variables = build.variables(parameters: try BuildOptions.pairs(parameter, "--parameter"))
        let prior = try state.map { try StateFile.read(String(decoding: try readFile($0, limit: 1 << 30), as: UTF8.self)) }
        let (configuration, values) = try await DeepStack.run { try command.inputs() }
        let progress = PlanProgress()
        let engine = TemplateEngine(
            configuration: configuration, catalog: TemplateOptions.catalog,
            environment: EngineEnvironment(
                provider: ProviderEnvironment(variables: variables, directory: template.root),
                allowedRoot: allowFilesOutside ? nil : configuration.rootDirectory, observer: { progress.received($0) }))
        let result = try await cancellableBySignals {
            await progress.during { await engine.plan(prior, variables: values, options: options) }
        }
        if isJSON || output == .json {
            template.show(result.diagnostics, configuration.sources)
            guard let plan = result.plan, !result.diagnostics.hasErrors else { throw ExitCode(1) }
            return print(try PlanJSON(plan, schemas: Self.schema).text())
        }
        let isErrored = result.diagnostics.hasErrors
        if let plan = result.plan {
            let style: TextStyle = Terminal.isColoured ? .coloured : .plain
            print(PlanText(plan, style: style, isErrored: isErrored, schemas: Self.schema).text(), terminator: "")
        }
        template.show(result.diagnostics, configuration.sources)
        if isErrored || result.plan == nil { throw ExitCode(1) }
    }

    private func inputs() throws -> (Configuration, [String: Value]) {
        let (configuration, isComplete) = template.look()
        if !isComplete { throw ExitCode(1) }
        let explanation = TemplateExplanation(configuration, engines: [.native(TemplateOptions.catalog), .terraform])
        guard explanation.verdicts[0].canRun else {
            let detail = explanation.text + "\n\nOnly an engine that has all of it can plan the template."
            template.show([.error("Template cannot be run natively", detail)], [:])
            throw ExitCode(1)
        }
        let inputs = values.inputs(in: template.root)
        let (resolved, diagnostics) = inputs.resolve(for: configuration.root)
        template.show(diagnostics, configuration.sources.merging(inputs.sources) { $1 })
        if diagnostics.hasErrors { throw ExitCode(1) }
        return (configuration, resolved.given)
    }

    private func planOptions() throws -> PlanOptions {
        var options = PlanOptions()
        options.isDestroy = destroy
        options.refreshes = refresh
        for text in replace {
            let address: ResourceInstanceAddress
            do throws(HCL.Diagnostic) {
                address = try ResourceInstanceAddress.parse(text)
            } catch {
                throw ValidationError("--replace \(text): \(error.detail)")
            }
            options.replacements.insert(address)
        }
        for text in target {
            do throws(HCL.Diagnostic) {
                options.targets.append(try Target.parse(text))
            } catch {
                throw ValidationError("--target \(text): \(error.detail)")
            }
        }
        return options
    }

    /// What an object's type looks like; nil if nobody here has it.
    @Sendable private static func schema(_ resource: ResourceAddress, _ provider: ProviderConfigurationAddress) -> Schema? {
        TemplateOptions.catalog.schema(of: resource.mode, resource.type, provider.provider)
    }
}
