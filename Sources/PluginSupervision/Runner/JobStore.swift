package import PluginLoading
package import ResourceGraph

/// What a host knows of one workspace, durably. The server keeps it in its database; offline tools keep it in a directory.
package protocol JobStore: Sendable {
    /// The last checkpoint, if there is one.
    func checkpoint() async throws -> Checkpoint?
    /// The job that was begun and not finished, if there is one.
    func unfinished() async throws -> JobRecord?
    /// Notes a job; durable before it returns, and so before the job starts.
    func begin(_ job: JobRecord) async throws
    /// Replaces the last checkpoint; durable before it returns.
    func store(_ checkpoint: Checkpoint) async throws
    /// Notes that the job is over, and the graph it reported.
    func finish(_ job: JobRecord, graph: ResourceGraph?) async throws
}

/// A job that changes things, as it is remembered while it runs.
package struct JobRecord: Sendable, Equatable {
    package var id: JobID
    package var operation: JobOperation
    package var operationID: OperationID
    package var plugin: PluginID
    package var labels: [Label]
    package var inputs: String

    package init(id: JobID, operation: JobOperation, operationID: OperationID, plugin: PluginID, labels: [Label], inputs: String) {
        self.id = id
        self.operation = operation
        self.operationID = operationID
        self.plugin = plugin
        self.labels = labels
        self.inputs = inputs
    }
}
