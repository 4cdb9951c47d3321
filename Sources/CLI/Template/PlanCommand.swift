import ArgumentParser
import Glibc
import HCL
import PluginLoading
import PluginTooling
import ProviderKit
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState

/// `berth template plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a template would do. Nothing is changed.",
        discussion: """
            Runs a template natively as far as its plan. Variables are given as to Terraform: TF_VAR_name in the environment, \
            terraform.tfvars and *.auto.tfvars in the directory, --var-file and --var. Exits with 1 if there are errors.
            """)

    @OptionGroup var template: TemplateOptions

    @Option(name: .customLong("var"), help: ArgumentHelp("The value of a variable; may be given several times.", valueName: "name=value"))
    var variables: [String] = []

    @Option(name: .customLong("var-file"), help: ArgumentHelp("A file of values; may be given several times.", valueName: "file"))
    var variableFiles: [String] = []

    @Option(name: .long, help: ArgumentHelp("A state file, of what exists already; without it nothing does.", valueName: "file"))
    var state: String?

    @Flag(name: .long, help: "Plan the end of everything in the state.")
    var destroy = false

    @Option(name: .long, help: ArgumentHelp("An object to make anew; may be given several times.", valueName: "address"))
    var replace: [String] = []

    @Option(name: .long, help: "text, or json for the document of terraform show -json.")
    var output: OutputFormat = .text

    func run() async throws {
        let command = self
        let prior = try state.map { try StateFile.read(String(decoding: try readFile($0, limit: 1 << 30), as: UTF8.self)) }
        let (configuration, values) = try await onDeepStack { try command.inputs() }
        let engine = TemplateEngine(
            configuration: configuration, catalog: TemplateOptions.catalog,
            environment: EngineEnvironment(provider: ProviderEnvironment(variables: Self.environment, directory: template.root)))
        let options = try planOptions()
        let result = try await cancellableBySignals { await engine.plan(prior, variables: values, options: options) }
        template.show(result.diagnostics, configuration.sources)
        guard let plan = result.plan, !result.diagnostics.hasErrors else { throw ExitCode(1) }
        switch output {
        case .text: print(PlanSummary(plan: plan, isColoured: Terminal.isColoured).text)
        case .json: print(try PlanJSON(plan, schemas: Self.schema).text())
        }
    }

    private func inputs() throws -> (Configuration, [String: Value]) {
        let (configuration, isComplete) = template.look()
        if !isComplete { throw ExitCode(1) }
        var inputs = VariableInputs.collected(environment: Self.environment, directory: template.root)
        for file in variableFiles { inputs.add(file: PluginLocator.absolute(file), name: file) }
        for variable in variables { inputs.add(option: variable) }
        let (resolved, diagnostics) = inputs.resolve(for: configuration.root)
        template.show(diagnostics, configuration.sources.merging(inputs.sources) { $1 })
        if diagnostics.hasErrors { throw ExitCode(1) }
        return (configuration, resolved.given)
    }

    private func planOptions() throws -> PlanOptions {
        var options = PlanOptions()
        options.isDestroy = destroy
        for text in replace {
            let address: ResourceInstanceAddress
            do throws(HCL.Diagnostic) {
                address = try ResourceInstanceAddress.parse(text)
            } catch {
                throw ValidationError("--replace \(text): \(error.detail)")
            }
            options.replacements.insert(address)
        }
        return options
    }

    /// What an object's type looks like; nil if nobody here has it.
    @Sendable private static func schema(_ resource: ResourceAddress, _ provider: ProviderConfigurationAddress) -> Schema? {
        TemplateOptions.catalog.schema(of: resource.mode, resource.type, provider.provider)
    }

    /// The environment of this process, by name.
    private static var environment: [String: String] {
        var all: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return all
    }
}
