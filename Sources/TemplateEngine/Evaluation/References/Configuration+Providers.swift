import HCL
package import TemplateConfiguration

extension Configuration {
    /// The `provider` block that a name in a module means: one of the module itself, one that its call passes, or the default
    /// one of a module around it. Where none is written, the root module's; nil if a name with an alias leads nowhere.
    package func providerConfiguration(of reference: ProviderReference, in module: ModuleAddress) -> ProviderConfigurationAddress? {
        guard let declarations = self[module] else { return nil }
        let source = declarations.provider(named: reference.localName)
        if module.isRoot || declarations.providers[reference] != nil {
            return ProviderConfigurationAddress(module, source, alias: reference.alias)
        }
        guard let parent = module.parent, let call = module.calls.last.flatMap({ self[parent]?.moduleCalls[$0] }) else { return nil }
        if let passed = call.providers.first(where: { $0.inner == reference }) {
            return providerConfiguration(of: passed.outer, in: parent)
        }
        guard reference.alias == nil else { return nil }
        // What the parent calls the provider may be another name.
        let outer = self[parent]?.requiredProviders.values.first { $0.address == source }?.localName
        return providerConfiguration(of: ProviderReference(localName: outer ?? reference.localName), in: parent)
            .map { ProviderConfigurationAddress($0.module, source, alias: $0.alias) }
    }
}
