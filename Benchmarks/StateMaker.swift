import HCL
import PluginLoading
import ProviderKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState

/// Applies a configuration and writes the state that Terraform finds there: in a process of its own, as that one grows.
enum StateMaker {
    static let argument = "--make-state"

    static func run(in directory: String) async throws {
        let (configuration, _) = try await onDeepStack {
            ConfigurationLoader(resolver: InstalledModules(root: directory)).load(directory)
        }
        let engine = TemplateEngine(
            configuration: configuration, catalog: ProviderCatalog(standardProviders()),
            environment: EngineEnvironment(provider: ProviderEnvironment(directory: directory)))
        let (plan, diagnostics) = await { ($0.plan, $0.diagnostics) }(engine.plan(nil))
        guard let plan else { throw PluginError(.system, "cannot plan: \(diagnostics)") }
        let result = await engine.apply(plan, journal: nil)
        guard !result.diagnostics.hasErrors else { throw PluginError(.system, "cannot apply: \(result.diagnostics)") }
        let text = try await onDeepStack { try StateFile.write(result.state) }
        try replaceFile(directory + "/terraform.tfstate", with: Array(text.utf8))
    }
}
