import HCL
import ProviderKit
import TemplateConfiguration

/// One instance of a resource, with everything that is needed to work on it.
struct InstanceContext {
    var address: ResourceInstanceAddress
    var declaration: ResourceDeclaration
    var schema: Schema
    var provider: any Provider
    var providerAddress: ProviderConfigurationAddress
    var repetition: RepetitionData
    /// What it depends on, also indirectly: what the state remembers.
    var dependencies: [ConfiguredResourceAddress]

    /// Its identity in operations of providers.
    func operation(
        _ environment: EngineEnvironment, key: String, handle: String? = nil,
        record: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) -> ProviderOperation {
        let text = address.description
        let observer = environment.observer
        return ProviderOperation(
            address: text, key: key, handle: handle, environment: environment.provider,
            log: { observer(.output(address: text, line: $0)) },
            progress: { observer(.progress(address: text, message: $0, done: $1, total: $2)) }, record: record)
    }
}
