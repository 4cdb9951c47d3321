import ProviderKit
package import TemplateConfiguration
package import TemplateEvaluation

/// What an engine can run, as data: its providers with their types, and its provisioners.
package struct EngineDescription: Sendable {
    /// The types of one provider.
    package struct Types: Sendable, Hashable {
        package var resources: Set<String>
        package var dataSources: Set<String>

        package init(resources: Set<String> = [], dataSources: Set<String> = []) {
            self.resources = resources
            self.dataSources = dataSources
        }
    }

    package enum Coverage: Sendable {
        /// It fetches what it does not have.
        case everything
        case only(providers: [ProviderAddress: Types], provisioners: Set<String>)
    }

    /// `native`, `terraform`.
    package var name: String
    package var coverage: Coverage

    package init(name: String, coverage: Coverage) {
        self.name = name
        self.coverage = coverage
    }

    /// Our engine with the providers of a catalog.
    package static func native(_ catalog: ProviderCatalog, name: String = "native") -> EngineDescription {
        let providers = catalog.providers.mapValues {
            Types(resources: Set($0.resourceTypeNames), dataSources: Set($0.dataSourceNames))
        }
        return EngineDescription(name: name, coverage: .only(providers: providers, provisioners: Set(catalog.provisioners.keys)))
    }

    /// Terraform itself, which finds every provider in a registry.
    package static let terraform = EngineDescription(name: "terraform", coverage: .everything)

    /// Why it cannot do something; nil if it can.
    func obstacle(to need: TemplateNeed) -> TemplateObstacle.Reason? {
        guard case .only(let providers, let provisioners) = coverage else { return nil }
        if case .provisioner = need.kind { return provisioners.contains(need.type) ? nil : .noProvisioner }
        // There are none of our own.
        if case .ephemeral = need.kind { return .noType }
        guard let types = providers[need.provider] else { return .noProvider }
        return (need.kind == .data ? types.dataSources : types.resources).contains(need.type) ? nil : .noType
    }
}
