import APITypes
import Scalars

/// Where a job is.
enum JobState: String, APIEnum {
    case pending, running, succeeded, canceling, canceled, failed, unknown
}

/// What a job is for.
enum JobKind: String, APIEnum {
    case templateVersionImport = "template_version_import"
    case workspaceBuild = "workspace_build"
    case templateVersionDryRun = "template_version_dry_run"
}

/// Work for a plugin, as clients see it.
struct ProvisionerJob: Codable, Sendable {

    var id: UUID
    var createdAt: Timestamp
    var startedAt: Timestamp?
    var completedAt: Timestamp?
    var canceledAt: Timestamp?
    var error: String?
    var status: JobState
    var workerID: UUID?
    var fileID: UUID
    var tags: [String: String]
    var queuePosition: Int
    var queueSize: Int
    var organizationID: UUID
    var initiatorID: UUID
    var input: ProvisionerJobInput
    var type: JobKind
    var logsOverflowed: Bool
}

/// What a job works on.
struct ProvisionerJobInput: Codable, Sendable {
    var templateVersionID: UUID?
    var workspaceBuildID: UUID?
}

/// A line of a job's log.
struct ProvisionerJobLog: Codable, Sendable {
    var id: Int64
    var createdAt: Timestamp
    var logSource: String
    var logLevel: String
    var stage: String
    var output: String
}

/// A server that runs jobs.
struct ProvisionerDaemon: Codable, Sendable {
    var id: UUID
    var organizationID: UUID
    var createdAt: Timestamp
    var lastSeenAt: Timestamp
    var name: String
    var version: String
    var apiVersion: String
    var provisioners: [String]
    var tags: [String: String]
    var status: ProvisionerDaemonStatus
}

/// What a server does.
enum ProvisionerDaemonStatus: String, APIEnum {
    case offline, idle, busy
}
