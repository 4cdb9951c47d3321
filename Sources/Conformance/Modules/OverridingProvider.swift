import HCL
import ProviderKit

/// A provider some of whose data sources are what a test says.
struct OverridingProvider: Provider {
    static let source = "example/overriding"

    let base: any Provider
    /// By the address of the data source, without instance keys.
    let values: [String: Value]

    var schema: Schema { base.schema }
    var resourceTypeNames: [String] { base.resourceTypeNames }
    var dataSourceNames: [String] { base.dataSourceNames }
    func resourceType(_ name: String) -> (any ResourceType)? { base.resourceType(name) }
    func dataSource(_ name: String) -> (any DataSource)? { base.dataSource(name).map { OverridingSource(base: $0, values: values) } }
    func validate(configuration: Value) -> [ProviderFinding] { base.validate(configuration: configuration) }

    func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider {
        OverridingProvider(base: try await base.configured(with: configuration, in: environment), values: values)
    }
}

private struct OverridingSource: DataSource {
    let base: any DataSource
    let values: [String: Value]

    var schema: Schema { base.schema }
    func validate(_ configuration: Value) -> [ProviderFinding] { base.validate(configuration) }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let read = try await base.read(configuration, operation)
        let address = operation.address.prefix { $0 != "[" }
        guard let members = values[String(address)]?.members else { return read }
        return read.setting(members)
    }
}
