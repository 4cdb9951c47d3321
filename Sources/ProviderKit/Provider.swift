package import HCL

/// A family of resource types and data sources that share a configuration: `coder`, `docker`, `random`, …
///
/// One value stands for one `provider` block: ``configured(with:in:)`` makes it. What ``resourceType(_:)`` and
/// ``dataSource(_:)`` return works with that configuration. Before it is configured, a provider gives schemas and validates.
package protocol Provider: Sendable {
    /// The published provider whose resource types these are, without a host: `coder/coder`, `hashicorp/random`.
    static var source: String { get }
    /// The configuration in a `provider` block.
    var schema: Schema { get }
    /// The names of all types: `random_id`, …
    var resourceTypeNames: [String] { get }
    var dataSourceNames: [String] { get }
    /// What templates can call as `provider::NAME::…`.
    var functions: [Function] { get }

    /// Nil if there is none of the name.
    func resourceType(_ name: String) -> (any ResourceType)?
    func dataSource(_ name: String) -> (any DataSource)?

    /// What is wrong with a configuration beyond its schema; unknown values are possible.
    func validate(configuration: Value) -> [ProviderFinding]

    /// A provider that works with this configuration, which has no unknown values unless the plan could not know them.
    /// Called once per `provider` block and walk; should not talk to the backend if it can be avoided.
    func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider
}

extension Provider {
    package var schema: Schema { Schema(BlockSchema()) }
    package var resourceTypeNames: [String] { [] }
    package var dataSourceNames: [String] { [] }
    package var functions: [Function] { [] }
    package func resourceType(_ name: String) -> (any ResourceType)? { nil }
    package func dataSource(_ name: String) -> (any DataSource)? { nil }
    package func validate(configuration: Value) -> [ProviderFinding] { [] }
    package func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider { self }
}

/// What a provider may know of the world around it.
package struct ProviderEnvironment: Sendable {
    /// Variables by name, as a provider in a process of its own would find them in its environment. For builds of a workspace
    /// these hold the `CODER_…` variables: they are how build data reach the `coder` provider in either engine.
    package var variables: [String: String]
    /// The directory of the root module, absolute; relative paths start here.
    package var directory: String
    /// Labels that tell this deployment's and workspace's objects in a backend from others. Every created object carries them
    /// if the backend can; ``ResourceType/find(_:)`` looks for them.
    package var labels: [String: String]
    /// What puts agents into what is created; nil if nobody asked for that.
    package var agents: AgentDelivery?

    package init(
        variables: [String: String] = [:], directory: String, labels: [String: String] = [:], agents: AgentDelivery? = nil
    ) {
        self.variables = variables
        self.directory = directory
        self.labels = labels
        self.agents = agents
    }
}

/// Reads something that a template does not own.
package protocol DataSource: Sendable {
    var schema: Schema { get }
    /// What is wrong with a configuration beyond its schema; unknown values are possible.
    func validate(_ configuration: Value) -> [ProviderFinding]
    /// The object with all computed attributes. The configuration is wholly known; defaults of the schema are filled in.
    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value
}

extension DataSource {
    package func validate(_ configuration: Value) -> [ProviderFinding] { [] }
}

/// A kind of object that a template creates, changes and deletes.
///
/// Values are objects of the schema's ``BlockSchema/impliedType`` and carry no marks: the engine takes marks off and puts them
/// back. Operations are called on Swift's pool and must not block it.
package protocol ResourceType: Sendable {
    var schema: Schema { get }

    /// What is wrong with a configuration beyond its schema; unknown values are possible.
    func validate(_ configuration: Value) -> [ProviderFinding]

    /// Corrects what the engine would do, before anybody approves it: compares meanings instead of texts, says which
    /// computed values will change, adds reasons for a replacement. Must not change anything, and must give the same answer
    /// when asked again.
    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws

    /// Makes the object. The value planned may still hold unknown values where the schema says computed; the result has none.
    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value
    /// The object as it is now; nil if it is gone.
    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value?
    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value
    /// Success if the object is gone already.
    func delete(_ state: Value, _ operation: ProviderOperation) async throws

    /// The state of an object that exists, by its identifier in `import`. ``read(_:_:)`` is asked afterwards.
    func importState(id: String, _ operation: ProviderOperation) async throws -> Value

    /// What an interrupted ``create(_:_:)`` left behind: looked for by ``ProviderOperation/key``, the recorded handle, or the
    /// name the planned value has. Nil if there is nothing.
    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value?

    /// Brings attributes that an older version of the provider wrote to the schema of today.
    /// - Parameter attributes: as JSON text of an object.
    func upgrade(_ attributes: JSONText, from version: Int) throws -> JSONText
}

extension ResourceType {
    package func validate(_ configuration: Value) -> [ProviderFinding] { [] }
    package func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {}
    package func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? { state }
    package func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value { planned }
    package func delete(_ state: Value, _ operation: ProviderOperation) async throws {}
    package func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        throw ProviderError("Resource Import Not Implemented", "This resource does not support import.")
    }
    package func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? { nil }
    package func upgrade(_ attributes: JSONText, from version: Int) throws -> JSONText { attributes }
}
