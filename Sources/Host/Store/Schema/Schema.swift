/// The tables of a deployment, as numbered steps that a database takes one after the other.
///
/// A step that was released never changes; what is to be different comes in a new one.
package enum Schema {
    /// In order, from 1.
    package static let steps = [step0001]

    /// Channels of `NOTIFY`. The payload is the identifier of what changed, never its content.
    package enum Channel: String, Sendable, CaseIterable {
        /// A job was queued; no payload.
        case jobsQueued = "berth_jobs_queued"
        /// A job is to end: its id.
        case jobCancelled = "berth_job_cancelled"
        /// A job's state, stage or logs changed: its id.
        case jobChanged = "berth_job_changed"
        /// A workspace, its builds or its agents changed: the workspace's id.
        case workspaceChanged = "berth_workspace_changed"
        /// Logs, metadata or health of an agent changed: its id.
        case agentChanged = "berth_agent_changed"
    }
}
