/// Which provider: `registry.terraform.io/hashicorp/random`.
package struct ProviderAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var namespace: String
    package var type: String

    package init(host: String = ProviderAddress.defaultHost, namespace: String, type: String) {
        self.host = host
        self.namespace = namespace
        self.type = type
    }

    package static let defaultHost = "registry.terraform.io"
    /// The provider inside Terraform, whose one resource type is `terraform_data`.
    package static let builtin = ProviderAddress(host: "terraform.io", namespace: "builtin", type: "terraform")

    /// What a local name means if `required_providers` does not say: `hashicorp/NAME`, and the builtin for `terraform`.
    package static func implied(by localName: String) -> ProviderAddress {
        localName == "terraform" ? .builtin : ProviderAddress(namespace: "hashicorp", type: localName)
    }

    /// As in a state file and in `required_providers` with all three parts.
    package var description: String { "\(host)/\(namespace)/\(type)" }
    /// Without the host where that is the usual one: `hashicorp/random`.
    package var displayName: String { host == Self.defaultHost ? "\(namespace)/\(type)" : description }
}

/// One configuration of a provider, in one module: `provider["registry.terraform.io/hashicorp/random"].alias`.
package struct ProviderConfigurationAddress: Sendable, Hashable, CustomStringConvertible {
    /// Where the `provider` block stands, or would stand.
    package var module: ModuleAddress
    package var provider: ProviderAddress
    package var alias: String?

    package init(_ module: ModuleAddress, _ provider: ProviderAddress, alias: String? = nil) {
        self.module = module
        self.provider = provider
        self.alias = alias
    }

    /// As a state file has it.
    package var description: String {
        let prefix = module.isRoot ? "" : "\(module)."
        return "\(prefix)provider[\"\(provider)\"]" + (alias.map { ".\($0)" } ?? "")
    }
}
