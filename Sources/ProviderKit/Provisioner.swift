package import HCL

/// Runs a `provisioner` block: something to do once after an object was made, or before it is destroyed.
package protocol Provisioner: Sendable {
    /// `local-exec`, `file`, `remote-exec`.
    var name: String { get }
    var schema: BlockSchema { get }
    /// What is wrong with a configuration beyond its schema; unknown values are possible.
    func validate(_ configuration: Value) -> [ProviderFinding]
    /// Does it. Returns when it has succeeded; cancelling the task ends it, with all processes it started.
    ///
    /// - Parameter connection: the `connection` blocks of resource and provisioner, merged, by ``ConnectionSchema``; null if
    ///   there is none.
    func run(_ configuration: Value, connection: Value, _ operation: ProvisionerOperation) async throws
}

/// What a provisioner is told.
package struct ProvisionerOperation: Sendable {
    /// The instance in the template.
    package var address: String
    package var environment: ProviderEnvironment
    /// A line of output; lines of commands with sensitive values in them are not passed on.
    package var output: @Sendable (String) -> Void

    package init(address: String, environment: ProviderEnvironment, output: @escaping @Sendable (String) -> Void) {
        self.address = address
        self.environment = environment
        self.output = output
    }
}
