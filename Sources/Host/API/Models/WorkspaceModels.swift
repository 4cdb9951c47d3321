import APITypes
import Scalars

/// What a build does with its workspace.
enum WorkspaceTransition: String, APIEnum {
    case start, stop, delete
}

/// Where a workspace is: from its latest build's job and transition.
enum WorkspaceStatus: String, APIEnum {
    case pending, starting, running, stopping, stopped, failed, canceling, canceled, deleting, deleted

    /// The status of a build.
    init(_ transition: WorkspaceTransition, _ job: JobState) {
        switch job {
        case .pending: self = .pending
        case .running: self = [.start: .starting, .stop: .stopping, .delete: .deleting][transition] ?? .failed
        case .succeeded: self = [.start: .running, .stop: .stopped, .delete: .deleted][transition] ?? .failed
        case .canceling: self = .canceling
        case .canceled: self = .canceled
        case .failed, .unknown: self = .failed
        }
    }
}

/// Whether a workspace follows its template.
enum AutomaticUpdates: String, APIEnum {
    case always, never
}

/// Whether its agents are well.
struct WorkspaceHealth: Codable, Sendable {
    var healthy: Bool
    var failingAgents: [UUID]
}

/// A place to work.
struct Workspace: Codable, Sendable {
    var id: UUID
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var ownerID: UUID
    var ownerName: String
    var ownerAvatarURL: String
    var organizationID: UUID
    var organizationName: String
    var templateID: UUID
    var templateName: String
    var templateDisplayName: String
    var templateIcon: String
    var templateAllowUserCancelWorkspaceJobs: Bool
    var templateActiveVersionID: UUID
    var templateRequireActiveVersion: Bool
    var templateUseClassicParameterFlow = false
    var latestBuild: WorkspaceBuild
    var outdated: Bool
    var name: String
    var autostartSchedule: String?
    var ttlMs: Int64?
    var lastUsedAt: Timestamp
    var deletingAt: Timestamp?
    var dormantAt: Timestamp?
    var nextStartAt: Timestamp?
    var health: WorkspaceHealth
    var automaticUpdates: AutomaticUpdates
    var allowRenames = true
    var favorite: Bool
    var isPrebuild = false
}

/// A page of workspaces, and how many there are in all.
struct WorkspacesResponse: Codable, Sendable {
    var workspaces: [Workspace]
    var count: Int
}

/// A value for a parameter.
struct WorkspaceBuildParameter: Codable, Sendable {
    var name: String
    var value: String
}

/// Makes a workspace.
struct CreateWorkspaceRequest: Codable, Sendable {
    var name: String
    var templateID: UUID?
    var templateVersionID: UUID?
    var templateVersionPresetID: UUID?
    var autostartSchedule: String?
    var ttlMs: Int64?
    var richParameterValues: [WorkspaceBuildParameter]?
    var automaticUpdates: AutomaticUpdates?
}

/// Renames a workspace.
struct UpdateWorkspaceRequest: Codable, Sendable {
    var name: String?
}

/// Sets for how long a workspace runs.
struct UpdateWorkspaceTTLRequest: Codable, Sendable {
    var ttlMs: Int64?
}

/// Sets whether a workspace follows its template.
struct UpdateWorkspaceAutomaticUpdatesRequest: Codable, Sendable {
    var automaticUpdates: AutomaticUpdates
}

/// Starts, stops or deletes.
struct CreateWorkspaceBuildRequest: Codable, Sendable {
    var transition: WorkspaceTransition
    var templateVersionID: UUID?
    var templateVersionPresetID: UUID?
    var richParameterValues: [WorkspaceBuildParameter]?
    var orphan: Bool?
    var dryRun: Bool?
    var logLevel: String?
    var reason: String?
}

/// One start, stop or delete.
struct WorkspaceBuild: Codable, Sendable {
    var id: UUID
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var workspaceID: UUID
    var workspaceName: String
    var workspaceOwnerID: UUID
    var workspaceOwnerName: String
    var workspaceOwnerAvatarURL: String
    var templateVersionID: UUID
    var templateVersionName: String
    var templateVersionPresetID: UUID?
    var buildNumber: Int
    var transition: WorkspaceTransition
    var initiatorID: UUID
    var initiatorName: String
    var job: ProvisionerJob
    var reason: String
    var resources: [WorkspaceResource]
    var deadline: Timestamp?
    var maxDeadline: Timestamp?
    var status: WorkspaceStatus
    var dailyCost: Int
}

/// How long the steps of a build took.
struct WorkspaceBuildTimings: Codable, Sendable {
    var provisionerTimings: [ProvisionerTiming]
    var agentScriptTimings: [AnyJSON]
    var agentConnectionTimings: [AnyJSON]
}

/// One step.
struct ProvisionerTiming: Codable, Sendable {
    var jobID: UUID
    var startedAt: Timestamp
    var endedAt: Timestamp
    var stage: String
    var source: String
    var action: String
    var resource: String
}
