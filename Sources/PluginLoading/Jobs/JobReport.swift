package import JSON
package import ResourceGraph

/// What became of a job.
package struct JobReport: Sendable {
    package enum Outcome: String, Sendable {
        /// All that was asked is done.
        case succeeded
        /// It stopped because it was asked to.
        case cancelled
        /// It failed; the diagnostics say why.
        case failed
        /// The request made no sense; nothing was touched.
        case refused
        /// The backend could not be reached; nothing was touched, and a later try may succeed.
        case unavailable
        /// The worker died or had to be killed. The last checkpoint is all that is known; recover must run next.
        case lost
    }

    package var id: JobID
    package var outcome: Outcome
    /// Why, if the host and not the plugin is the one who says so: a broken ABI, a lost worker.
    package var error: PluginError?
    package var diagnostics: [Diagnostic]
    /// What was reported. Of a job that did not succeed, as much of it as holds together.
    package var graph: ResourceGraph
    /// What plan kept for apply.
    package var plan: [UInt8]?
    /// Documents by kind.
    package var documents: [String: JSONValue]
    /// The last checkpoint that was stored in this job.
    package var checkpoint: Checkpoint?
    /// Log records that were dropped because they came too fast.
    package var droppedRecords: UInt64
    package var duration: Duration
}
