import HCL
package import ProviderKit

/// `hashicorp/cloudinit`: user data of several parts for virtual machines.
package struct CloudInitProvider: Provider {
    package static let source = "hashicorp/cloudinit"

    package init() {}

    package var resourceTypeNames: [String] { ["cloudinit_config"] }
    package var dataSourceNames: [String] { ["cloudinit_config"] }

    package func resourceType(_ name: String) -> (any ResourceType)? { name == "cloudinit_config" ? CloudInitResource() : nil }
    package func dataSource(_ name: String) -> (any DataSource)? { name == "cloudinit_config" ? CloudInitSource() : nil }
}

/// `cloudinit_config` as data.
struct CloudInitSource: DataSource {
    var schema: Schema { Schema(CloudInitDocument.schema(isResource: false)) }

    func validate(_ configuration: Value) -> [ProviderFinding] { CloudInitDocument.validate(configuration) }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        try CloudInitDocument.rendered(CloudInitDocument.withDefaults(configuration))
    }
}

/// `cloudinit_config` as a resource, which is made anew with every change.
struct CloudInitResource: ResourceType {
    var schema: Schema { Schema(CloudInitDocument.schema(isResource: true)) }

    func validate(_ configuration: Value) -> [ProviderFinding] { CloudInitDocument.validate(configuration) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value { try CloudInitDocument.rendered(planned) }
}
