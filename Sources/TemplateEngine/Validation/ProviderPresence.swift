import HCL
import TemplateConfiguration
import TemplateEvaluation

/// Whether the configurations of providers that resources name are written somewhere.
struct ProviderPresence {
    let context: ValidationContext

    var diagnostics: Diagnostics {
        let missing = context.modules.flatMap { address, module in
            module.moduleCalls.sortedByName.flatMap { $1.providers }.compactMap { checkPassed($0.outer, by: module, address) }
        }
        if missing.hasErrors { return missing }
        return context.modules.flatMap { address, module in
            module.sortedResources.compactMap { check($0, in: module, address) }
        }
    }

    /// What a call passes must be written, even if it is the default configuration.
    private func checkPassed(_ reference: ProviderReference, by module: ModuleConfiguration, _ address: ModuleAddress) -> Diagnostic? {
        let found = context.configuration.providerConfiguration(of: reference, in: address)
        if let found, isDeclared(found) { return nil }
        let provider = ProviderConfigurationAddress(address, module.provider(named: reference.localName), alias: reference.alias)
        return .error("missing provider \(found ?? provider)")
    }

    private func check(_ resource: ResourceDeclaration, in module: ModuleConfiguration, _ address: ModuleAddress) -> Diagnostic? {
        let reference = resource.providerReference
        let found = context.configuration.providerConfiguration(of: reference, in: address)
        // The default configuration of a provider may be left out.
        if let found, found.alias == nil || isDeclared(found) { return nil }
        let provider = found ?? ProviderConfigurationAddress(address, module.provider(named: reference.localName), alias: reference.alias)
        let name = ConfiguredResourceAddress(address, resource.address)
        let detail = """
            To work with \(name) its original provider configuration at \(provider) is required, but it has been removed. This occurs when \
            a provider configuration is removed while objects created by that provider still exist in the state. Re-add the provider \
            configuration to destroy \(name), after which you can remove the provider configuration again.
            """
        return .error("Provider configuration not present", detail)
    }

    private func isDeclared(_ address: ProviderConfigurationAddress) -> Bool {
        guard let module = context.configuration[address.module] else { return false }
        return module.providers.keys.contains { module.provider(named: $0.localName) == address.provider && $0.alias == address.alias }
    }
}
