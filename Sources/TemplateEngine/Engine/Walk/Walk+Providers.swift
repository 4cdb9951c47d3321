import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Providers: which configuration a resource uses, and making it ready.
extension Walk {
    /// Where the configuration is that a resource of this module uses.
    nonisolated func providerConfiguration(_ reference: ProviderReference, in module: ModuleAddress) -> ProviderConfigurationAddress {
        ProviderLookup(configuration: configuration).address(of: reference, in: module)
    }

    func configureProvider(_ address: ProviderConfigurationAddress) async -> Bool {
        guard let provider = catalog[address.provider] else { return false }
        guard let configuration = await providerConfigurationValue(address, provider) else { return false }
        do {
            let environment = environment.provider
            let ready = try await limit.run { try await provider.configured(with: configuration, in: environment) }
            setProvider(ready, at: address)
            return true
        } catch {
            report(ProviderFailure(error, "configure \(address)").diagnostics(in: declaration(of: address)?.body))
            return false
        }
    }

    private func declaration(of address: ProviderConfigurationAddress) -> ProviderDeclaration? {
        guard let module = configuration[address.module] else { return nil }
        return module.providers.values.first {
            module.provider(named: $0.reference.localName) == address.provider && $0.reference.alias == address.alias
        }
    }

    /// The configuration as its block says, with defaults; nil, and told, if it has errors.
    private func providerConfigurationValue(_ address: ProviderConfigurationAddress, _ provider: any Provider) async -> Value? {
        let schema = provider.schema.block
        let module = ModuleInstanceAddress(address.module.calls.map { ModuleInstanceAddress.Step($0) })
        guard let body = declaration(of: address)?.body else { return schema.withDefaults(schema.emptyValue) }
        guard await prepare(schema.traversals(of: body), in: module) else { return nil }
        let (context, missing) = ModuleScope(values: values, module: module).scope.context(for: schema.traversals(of: body))
        let (value, found) = schema.decode(body, in: context)
        report(missing + found)
        if (missing + found).hasErrors { return nil }
        return schema.withDefaults(value.unmarkedDeep().0)
    }

    /// The provider of a resource, ready to work; nil if it could not be made so.
    func provider(of resource: ResourceDeclaration, in module: ModuleAddress) async -> (any Provider, ProviderConfigurationAddress)? {
        let address = providerConfiguration(resource.providerReference, in: module)
        return await provider(at: address).map { ($0, address) }
    }

    func provider(at address: ProviderConfigurationAddress) async -> (any Provider)? {
        guard await visit(.provider(address)) else { return nil }
        return configuredProviders[address]
    }
}
