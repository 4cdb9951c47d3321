import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

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
            let ready = try await limit.run { try await provider.configured(with: configuration.unmarkedDeep().0, in: environment) }
            setProvider(ready, at: address)
            record(configuration, of: address, provider)
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
        guard let body = declaration(of: address)?.body else {
            return recordedConfiguration(address, provider) ?? schema.withDefaults(schema.emptyValue)
        }
        guard await prepare(schema.traversals(of: body), in: module) else { return nil }
        let (context, missing) = ModuleScope(values: values, module: module).scope.context(for: schema.traversals(of: body))
        let (value, found) = schema.decode(body, in: context)
        report(missing + found)
        if (missing + found).hasErrors { return nil }
        return schema.withDefaults(value)
    }

    /// What is known of an earlier time; nil if nothing is, or it is not of today's schema, which is told.
    private func recordedConfiguration(_ address: ProviderConfigurationAddress, _ provider: any Provider) -> Value? {
        guard let text = providerConfigurations[address], !isUsed(address) else { return nil }
        do {
            let schema = provider.schema.block
            return schema.withDefaults(try ObjectState(attributes: text).value(as: schema.impliedType))
        } catch {
            // Not what is wrong: it may be a part of a secret.
            let detail = "The recorded configuration of \(address) is not of the provider's schema; its default is used instead."
            report([Diagnostic(.warning, "Unusable provider configuration", detail)])
            return nil
        }
    }

    /// Whether a resource of the template works with it: then no block means the provider's defaults.
    private func isUsed(_ address: ProviderConfigurationAddress) -> Bool {
        configuration.modules.contains { module, content in
            content.resources.values.contains { providerConfiguration($0.providerReference, in: module) == address }
        }
    }

    /// Remembers a configuration, without what must not be stored.
    private func record(_ configuration: Value, of address: ProviderConfigurationAddress, _ provider: any Provider) {
        let kept = configuration.nulling(.ephemeral).knownOrNull
        do {
            providerConfigurations[address] = try ObjectState(kept, as: provider.schema.block.impliedType).attributes
        } catch {
            let detail = "The configuration of \(address) cannot be stored; without the template its default will be used."
            report([Diagnostic(.warning, "Unusable provider configuration", detail)])
        }
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
