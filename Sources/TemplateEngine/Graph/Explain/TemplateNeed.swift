package import HCL
package import TemplateConfiguration

/// Something in a template that an engine must be able to do.
package struct TemplateNeed: Sendable {
    package enum Kind: String, Sendable { case resource, data, ephemeral, provisioner }

    package var kind: Kind
    /// Of the resource, or the one that has the provisioner.
    package var address: ConfiguredResourceAddress
    package var provider: ProviderAddress
    /// Of the resource, or of the provisioner.
    package var type: String
    /// Where it is written.
    package var range: SourceRange

    /// Everything that a template needs, in the order of its files.
    static func all(of configuration: Configuration) -> [TemplateNeed] {
        var needs: [TemplateNeed] = []
        for (module, content) in configuration.modules {
            for resource in content.resources.values {
                let address = ConfiguredResourceAddress(module, resource.address)
                let provider = content.provider(named: resource.providerReference.localName)
                let kind: Kind =
                    switch resource.address.mode {
                    case .managed: .resource
                    case .data: .data
                    case .ephemeral: .ephemeral
                    }
                needs.append(
                    TemplateNeed(kind: kind, address: address, provider: provider, type: resource.address.type, range: resource.range))
                needs += resource.provisioners.map {
                    TemplateNeed(kind: .provisioner, address: address, provider: provider, type: $0.type, range: $0.range)
                }
            }
        }
        return needs.sorted {
            ($0.range.file, $0.range.start, $0.address.description) < ($1.range.file, $1.range.start, $1.address.description)
        }
    }
}

/// Something in a template that an engine cannot do.
package struct TemplateObstacle: Sendable {
    package enum Reason: String, Sendable {
        case noProvider = "provider_missing"
        case noType = "type_missing"
        case noProvisioner = "provisioner_missing"
    }

    package var need: TemplateNeed
    package var reason: Reason
}
