package import HCL
package import ProviderKit
import Synchronization
package import TemplateConfiguration

/// The providers and provisioners that an engine has.
package struct ProviderCatalog: Sendable {
    package var providers: [ProviderAddress: any Provider] { didSet { schemas = SchemaCache() } }
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
        schema(of: resource.address.mode, resource.address.type, module.provider(named: resource.providerReference.localName))
    }

    /// What a type of a provider is read by; nil if one of them is not there.
    package func schema(of mode: ResourceAddress.Mode, _ type: String, _ provider: ProviderAddress) -> Schema? {
        schemas.schema(SchemaCache.Key(mode: mode, type: type, provider: provider)) {
            switch mode {
            case .managed: providers[provider]?.resourceType(type)?.schema
            case .data: providers[provider]?.dataSource(type)?.schema
            case .ephemeral: nil
            }
        }
    }

    /// Copies share it until one of them gets other providers.
    private var schemas = SchemaCache()
}

/// Schemas that were asked for: providers make a new one each time.
private final class SchemaCache: Sendable {
    struct Key: Hashable {
        var mode: ResourceAddress.Mode
        var type: String
        var provider: ProviderAddress
    }

    private let known = Mutex<[Key: Schema]>([:])

    func schema(_ key: Key, make: () -> Schema?) -> Schema? {
        if let schema = known.withLock({ $0[key] }) { return schema }
        guard let schema = make() else { return nil }
        known.withLock { $0[key] = schema }
        return schema
    }
}
