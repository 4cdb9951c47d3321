import HCL
import TemplateConfiguration
import TemplateEvaluation

/// Whether everything that a configuration needs to be run is there.
struct RequiredPlugins {
    let context: ValidationContext

    var diagnostics: Diagnostics {
        var diagnostics: Diagnostics = []
        let missing = providers.subtracting(context.catalog.providers.keys)
        for provider in missing.map(\.description).sorted() where !context.passesOverMissingProviders {
            let detail = """
                This configuration requires provider \(provider), but that provider isn't available. You may be able to install it \
                automatically by running:
                  terraform init
                """
            diagnostics.append(.error("Missing required provider", detail))
        }
        if context.passesOverMissingProviders { diagnostics += missing.sorted { $0.description < $1.description }.compactMap(notChecked) }
        for provisioner in provisioners.subtracting(context.catalog.provisioners.keys).sorted() {
            let detail = """
                This configuration requires provisioner plugin \(provisioner.goQuoted), which isn't available. If you're intending to use an \
                external provisioner plugin, you must install it manually into one of the plugin search directories before running \
                Terraform.
                """
            diagnostics.append(.error("Missing required provisioner plugin", detail))
        }
        return diagnostics
    }

    /// Nil if the template has nothing of the provider.
    private func notChecked(_ provider: ProviderAddress) -> Diagnostic? {
        let modules = context.configuration.modules.values
        let resources = modules.flatMap { module in
            module.resources.values.filter { module.provider(named: $0.providerReference.localName) == provider }
        }
        guard let first = resources.min(by: { ($0.range.file, $0.range.start) < ($1.range.file, $1.range.start) }) else { return nil }
        let count = resources.count == 1 ? "its one resource or data source is" : "its \(resources.count) resources and data sources are"
        let known = context.catalog.providers.keys.first { $0.type == provider.type }
        let hint = known.map { " If `\($0.displayName)` is meant, say so in `required_providers`." } ?? ""
        let detail = """
            There is no schema for \(provider.displayName): \(count) checked only as far as none is needed. References, functions and \
            repetition are; names and types of arguments are not.\(hint)
            """
        return Diagnostic(.warning, "Provider not checked", detail, subject: first.typeRange)
    }

    private var providers: Set<ProviderAddress> {
        var found: Set<ProviderAddress> = []
        for module in context.configuration.modules.values {
            found.formUnion(module.requiredProviders.values.map(\.address))
            found.formUnion(module.providers.keys.map { module.provider(named: $0.localName) })
            found.formUnion(module.resources.values.map { module.provider(named: $0.providerReference.localName) })
            found.formUnion(module.imports.compactMap { $0.provider.map { module.provider(named: $0.localName) } })
        }
        return found
    }

    private var provisioners: Set<String> {
        Set(context.configuration.modules.values.flatMap { $0.resources.values.flatMap { $0.provisioners.map(\.type) } })
    }
}
