import HCL
import TemplateConfiguration
import TemplateEvaluation

/// Whether everything that a configuration needs to be run is there.
struct RequiredPlugins {
    let context: ValidationContext

    var diagnostics: Diagnostics {
        var diagnostics: Diagnostics = []
        let missing = providers.subtracting(context.catalog.providers.keys).map(\.description)
        for provider in missing.sorted() {
            let detail = """
                This configuration requires provider \(provider), but that provider isn't available. You may be able to install it \
                automatically by running:
                  terraform init
                """
            diagnostics.append(.error("Missing required provider", detail))
        }
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
