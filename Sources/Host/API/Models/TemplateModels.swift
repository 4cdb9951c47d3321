import APITypes
import Scalars

/// What workspaces are made of.
struct Template: Codable, Sendable {
    var id: UUID
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var organizationID: UUID
    var organizationName: String
    var organizationDisplayName: String
    var organizationIcon: String
    var name: String
    var displayName: String
    var description: String
    var icon: String
    var provisioner = "terraform"
    var activeVersionID: UUID
    var activeUserCount: Int
    var buildTimeStats: [String: TransitionStats]
    var defaultTtlMs: Int64
    var activityBumpMs: Int64
    var failureTtlMs: Int64
    var timeTilDormantMs: Int64
    var timeTilDormantAutodeleteMs: Int64
    var createdByID: UUID
    var createdByName: String
    var allowUserAutostart: Bool
    var allowUserAutostop: Bool
    var allowUserCancelWorkspaceJobs: Bool
    var requireActiveVersion: Bool
    var deprecated: Bool
    var deprecationMessage: String
    var maxPortShareLevel: String
    var deleted: Bool
    var useClassicParameterFlow = false
    var autostartRequirement: AutostartRequirement
    var autostopRequirement: AutostopRequirement
}

/// How long builds took, in milliseconds.
struct TransitionStats: Codable, Sendable {
    var p50: Int64?
    var p95: Int64?
}

/// On which days workspaces may start by themselves.
struct AutostartRequirement: Codable, Sendable {
    var daysOfWeek: [String]
}

/// On which days workspaces have to stop.
struct AutostopRequirement: Codable, Sendable {
    var daysOfWeek: [String]
    var weeks: Int
}

/// Makes a template of an imported version.
struct CreateTemplateRequest: Codable, Sendable {
    var name: String
    var templateVersionID: UUID
    var displayName: String?
    var description: String?
    var icon: String?
    var defaultTtlMs: Int64?
    var activityBumpMs: Int64?
    var failureTtlMs: Int64?
    var allowUserAutostart: Bool?
    var allowUserAutostop: Bool?
    var allowUserCancelWorkspaceJobs: Bool?
    var requireActiveVersion: Bool?
}

/// Changes a template; what is not named stays.
struct UpdateTemplateRequest: Codable, Sendable {
    var name: String?
    var displayName: String?
    var description: String?
    var icon: String?
    var defaultTtlMs: Int64?
    var activityBumpMs: Int64?
    var failureTtlMs: Int64?
    var allowUserAutostart: Bool?
    var allowUserAutostop: Bool?
    var allowUserCancelWorkspaceJobs: Bool?
    var requireActiveVersion: Bool?
    var deprecationMessage: String?
}

/// Makes another version the one that new workspaces get.
struct UpdateActiveTemplateVersion: Codable, Sendable {
    var id: UUID
}

/// One state of a template's files.
struct TemplateVersion: Codable, Sendable {
    var id: UUID
    var templateID: UUID?
    var organizationID: UUID
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var name: String
    var message: String
    var job: ProvisionerJob
    var readme: String
    var createdBy: MinimalUser
    var archived: Bool
    var warnings: [String]
    var hasExternalAgent = false
}

/// A value for a template's variable.
struct VariableValue: Codable, Sendable {
    var name: String
    var value: String
}

/// Imports files as a new version.
struct CreateTemplateVersionRequest: Codable, Sendable {
    var name: String?
    var message: String?
    var templateID: UUID?
    var fileID: UUID?
    var exampleID: String?
    var storageMethod: String?
    var provisioner: String?
    var tags: [String: String]?
    var userVariableValues: [VariableValue]?
}

/// Renames a version.
struct PatchTemplateVersionRequest: Codable, Sendable {
    var name: String?
    var message: String?
}

/// What a template asks.
struct TemplateVersionParameter: Codable, Sendable {
    var name: String
    var displayName: String
    var description: String
    var descriptionPlaintext: String
    var type: String
    var formType: String
    var mutable: Bool
    var defaultValue: String
    var icon: String
    var options: [TemplateVersionParameterOption]
    var validationError: String?
    var validationRegex: String?
    var validationMin: Int?
    var validationMax: Int?
    var validationMonotonic: String?
    var required: Bool
    var ephemeral: Bool
}

/// A choice.
struct TemplateVersionParameterOption: Codable, Sendable {
    var name: String
    var description: String
    var value: String
    var icon: String
}

/// A variable of a template.
struct TemplateVersionVariable: Codable, Sendable {
    var name: String
    var description: String
    var type: String
    var value: String
    var defaultValue: String
    var required: Bool
    var sensitive: Bool
}

/// Answers that go together.
struct Preset: Codable, Sendable {
    var id: UUID
    var name: String
    var parameters: [PresetParameter]
    var isDefault: Bool
    var description: String
    var icon: String

    enum CodingKeys: String, CodingKey {
        case id, name, parameters, description, icon
        case isDefault = "default"
    }
}

/// One of them.
struct PresetParameter: Codable, Sendable {
    var name: String
    var value: String
}
