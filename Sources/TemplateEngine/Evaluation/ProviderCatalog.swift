import HCL
package import ProviderKit
package import TemplateConfiguration

/// The providers and provisioners that an engine has.
package struct ProviderCatalog: Sendable {
    package var providers: [ProviderAddress: any Provider]
    /// By their name in a `provisioner` block.
    package var provisioners: [String: any Provisioner]

    package init(providers: [ProviderAddress: any Provider] = [:], provisioners: [String: any Provisioner] = [:]) {
        self.providers = providers
        self.provisioners = provisioners
    }

    /// Providers by the addresses of the published ones that they stand for.
    package init(_ providers: [any Provider], provisioners: [any Provisioner] = []) {
        self.init(
            providers: Dictionary(
                providers.compactMap { provider in ProviderAddress(source: type(of: provider).source).map { ($0, provider) } }
            ) { $1 },
            provisioners: Dictionary(provisioners.map { ($0.name, $0) }) { $1 })
    }

    package subscript(address: ProviderAddress) -> (any Provider)? { providers[address] }

    /// Who makes a resource.
    package func provider(of resource: ResourceDeclaration, in module: ModuleConfiguration) -> (any Provider)? {
        providers[module.provider(named: resource.providerReference.localName)]
    }

    /// What the body of a resource is read by; nil if its provider or type is not there.
    package func schema(of resource: ResourceDeclaration, in module: ModuleConfiguration) -> Schema? {
        let provider = provider(of: resource, in: module)
        switch resource.address.mode {
        case .managed: return provider?.resourceType(resource.address.type)?.schema
        case .data: return provider?.dataSource(resource.address.type)?.schema
        case .ephemeral: return nil
        }
    }
}
