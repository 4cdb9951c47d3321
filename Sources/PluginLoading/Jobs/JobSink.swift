package import ResourceGraph

/// Where a running operation's calls arrive, already checked and copied out of the plugin's memory.
///
/// The first three may be called from any thread, several at a time, and must not block. The others are
/// called on the job's thread only.
package protocol JobSink: AnyObject, Sendable {
    func log(_ record: LogRecord)
    func progress(_ progress: ProgressReport)
    func diagnose(_ diagnostic: Diagnostic)
    /// Stores a checkpoint and returns ``PluginStatus/ok`` once it is durable.
    func checkpoint(_ checkpoint: Checkpoint) -> PluginStatus
    func add(_ node: GraphNode) -> PluginStatus
    func add(_ edge: GraphEdge) -> PluginStatus
    func add(_ output: GraphOutput) -> PluginStatus
    func keepPlan(_ plan: [UInt8]) -> PluginStatus
    func publish(kind: String, json: String) -> PluginStatus
}
