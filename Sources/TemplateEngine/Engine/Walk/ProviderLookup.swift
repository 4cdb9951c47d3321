import HCL
import TemplateConfiguration

/// Finds the `provider` block that a name stands for: in the module itself, or in those that called it.
struct ProviderLookup {
    let configuration: Configuration

    func address(of reference: ProviderReference, in module: ModuleAddress) -> ProviderConfigurationAddress {
        let provider = configuration[module]?.provider(named: reference.localName) ?? .implied(by: reference.localName)
        var module = module
        var reference = reference
        while true {
            if configuration[module]?.providers[reference] != nil { break }
            guard let parent = module.parent, let name = module.calls.last else { break }
            let call = configuration[parent]?.moduleCalls[name]
            if let passed = call?.providers.first(where: { $0.inner == reference }) {
                reference = passed.outer
            } else if reference.alias == nil {
                // A default configuration is there for called modules, under the caller's name for the provider.
                reference = ProviderReference(localName: localName(of: provider, in: parent, or: reference.localName))
            } else {
                break
            }
            module = parent
        }
        return ProviderConfigurationAddress(module, provider, alias: reference.alias)
    }

    private func localName(of provider: ProviderAddress, in module: ModuleAddress, or name: String) -> String {
        guard let content = configuration[module] else { return name }
        if content.provider(named: name) == provider { return name }
        return content.requiredProviders.values.map(\.localName).sorted().first { content.provider(named: $0) == provider } ?? name
    }
}
