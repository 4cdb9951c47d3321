import HCL
import ProviderKit
import Providers
import Provisioners
import Synchronization
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState

/// The template engine, with all providers that it has.
struct NativeEngine: CorpusEngine {
    let catalog = ProviderCatalog(standardProviders(), provisioners: allProvisioners())

    var schemas: StateJSON.Schemas {
        { [catalog] address, provider in
            switch address.mode {
            case .managed: catalog[provider.provider]?.resourceType(address.type)?.schema
            case .data: catalog[provider.provider]?.dataSource(address.type)?.schema
            case .ephemeral: nil
            }
        }
    }

    func load(_ input: CorpusInput) async -> Diagnostics { loadConfiguration(input).1 }

    private func loadConfiguration(_ input: CorpusInput) -> (Configuration, Diagnostics) { ConfigurationLoader().load(input.directory) }

    private func engine(_ input: CorpusInput, _ observer: @escaping @Sendable (EngineEvent) -> Void = { _ in }) -> TemplateEngine {
        var environment = EngineEnvironment(provider: ProviderEnvironment(directory: input.directory), observer: observer)
        // The corpus was made with Terraform 1.11.
        environment.shortensLogic = false
        return TemplateEngine(configuration: loadConfiguration(input).0, catalog: catalog, environment: environment)
    }

    func plan(_ input: CorpusInput) async -> (plan: Plan?, diagnostics: Diagnostics) {
        let engine = engine(input)
        let (variables, found) = variables(input, engine.configuration.root)
        if found.hasErrors { return (nil, found) }
        var options = PlanOptions()
        options.isDestroy = input.isDestroy
        for text in input.replacements {
            do {
                options.replacements.insert(try ResourceInstanceAddress.parse(text))
            } catch {
                return (nil, [.error("Invalid force-replace address \(text.goQuoted)", error.detail)])
            }
        }
        for text in input.targets {
            do throws(HCL.Diagnostic) {
                options.targets.append(try Target.parse(text))
            } catch {
                return (nil, [error])
            }
        }
        let result = await engine.plan(input.state, variables: variables, options: options)
        return (result.plan, found + result.diagnostics)
    }

    private func variables(_ input: CorpusInput, _ module: ModuleConfiguration) -> ([String: Value], Diagnostics) {
        var inputs = VariableInputs.collected(environment: input.environment, directory: input.directory)
        for file in input.variableFiles { inputs.add(file: "\(input.directory)/\(file)", name: file) }
        for variable in input.variables { inputs.add(variable.name, text: variable.text) }
        let (resolved, found) = inputs.resolve(for: module)
        return (resolved.values, found)
    }

    func apply(_ plan: Plan, _ input: CorpusInput) async -> CorpusApplied {
        let lines = OutputLines()
        let engine = engine(input) { event in
            if case .output(let address, let line) = event { lines.add(address, line) }
        }
        let result = await engine.apply(plan, journal: nil)
        var plain = input
        // They are part of the plan.
        plain.variables = []
        plain.variableFiles = []
        let warnings = variables(plain, engine.configuration.root).1.filter { $0.severity == .warning }
        return CorpusApplied(state: result.state, diagnostics: warnings + result.diagnostics, provisionerOutput: lines.all)
    }
}

/// What provisioners printed, from any thread.
private final class OutputLines: Sendable {
    private let lines = Mutex<[(address: String, line: String)]>([])

    func add(_ address: String, _ line: String) { lines.withLock { $0.append((address, line)) } }
    var all: [(address: String, line: String)] { lines.withLock(\.self) }
}
