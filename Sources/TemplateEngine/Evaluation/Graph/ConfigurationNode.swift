import HCL
package import TemplateConfiguration

/// Something of a configuration that is computed at once, and that others can depend on.
package enum ConfigurationNode: Sendable, Hashable {
    case variable(ModuleAddress, String)
    /// The judgement about a variable by its `validation` rules.
    case validation(ModuleAddress, String)
    case local(ModuleAddress, String)
    case output(ModuleAddress, String)
    case resource(ConfiguredResourceAddress)
    case check(ModuleAddress, String)
    case provider(ProviderConfigurationAddress)
    /// Finding the instances of a module; never the root module.
    case module(ModuleAddress)
    /// All of a module is done.
    case moduleEnd(ModuleAddress)

    /// As Terraform writes it in a message about a cycle.
    package var label: String {
        switch self {
        case .variable(let module, let name): module.isRoot ? "var.\(name)" : "\(module).var.\(name) (expand)"
        case .validation(let module, let name): "\(module.prefix)var.\(name) (validation)"
        case .local(let module, let name): "\(module.prefix)local.\(name) (expand)"
        case .output(let module, let name): "\(module.prefix)output.\(name) (expand)"
        case .resource(let address): address.description
        case .check(let module, let name): "\(module.prefix)check.\(name) (expand)"
        case .provider(let address): address.description
        case .module(let module): "\(module) (expand)"
        case .moduleEnd(let module): "\(module) (close)"
        }
    }

    /// The module in which it is declared.
    package var scope: ModuleAddress {
        switch self {
        case .variable(let module, _), .validation(let module, _), .local(let module, _), .output(let module, _), .check(let module, _),
            .moduleEnd(let module):
            module
        case .resource(let address): address.module
        case .provider(let address): address.module
        case .module(let module): module.parent ?? .root
        }
    }
}

extension ModuleAddress {
    /// In front of what is in the module.
    fileprivate var prefix: String { isRoot ? "" : "\(self)." }
}
