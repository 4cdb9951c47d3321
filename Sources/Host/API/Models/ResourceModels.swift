import APITypes
import Scalars

/// What a build has made.
struct WorkspaceResource: Codable, Sendable {
    var id: UUID
    var createdAt: Timestamp
    var jobID: UUID
    var workspaceTransition: WorkspaceTransition
    var type: String
    var name: String
    var hide: Bool
    var icon: String
    var agents: [WorkspaceAgent]
    var metadata: [WorkspaceResourceMetadata]
    var dailyCost: Int
}

/// What is told of it.
struct WorkspaceResourceMetadata: Codable, Sendable {
    var key: String
    var value: String
    var sensitive: Bool
}

/// Who answers in a workspace.
struct WorkspaceAgent: Codable, Sendable {
    var id: UUID
    var parentID: UUID?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var firstConnectedAt: Timestamp?
    var lastConnectedAt: Timestamp?
    var disconnectedAt: Timestamp?
    var startedAt: Timestamp?
    var readyAt: Timestamp?
    var status: AgentStatus
    var lifecycleState: String
    var name: String
    var resourceID: UUID
    var instanceID: String?
    var architecture: String
    var operatingSystem: String
    var environmentVariables: [String: String]
    var directory: String?
    var expandedDirectory: String?
    var version: String
    var apiVersion: String
    var apps: [WorkspaceApp]
    var connectionTimeoutSeconds: Int
    var troubleshootingURL: String
    var subsystems: [String]
    var health: AgentHealth
    var displayApps: [String]
    var logSources: [AnyJSON]
    var scripts: [AnyJSON]
    var startupScriptBehavior: String
    var logsLength: Int64
    var logsOverflowed: Bool
}

/// Whether an agent is there.
enum AgentStatus: String, APIEnum {
    case connecting, connected, disconnected, timeout
}

/// Whether an agent is well, and why not.
struct AgentHealth: Codable, Sendable {
    var healthy: Bool
    var reason: String?
}

/// A way into a workspace.
struct WorkspaceApp: Codable, Sendable {
    var id: UUID
    var url: String?
    var external: Bool
    var slug: String
    var displayName: String
    var command: String?
    var icon: String?
    var subdomain: Bool
    var sharingLevel: String
    var health: String
    var group: String?
    var hidden: Bool
    var openIn: String
    var tooltip: String
    var statuses: [AnyJSON]
}
