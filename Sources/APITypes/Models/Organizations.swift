package import Scalars

/// Users and templates that belong together.
package struct Organization: Codable, Sendable, Hashable {
    package var id: UUID
    package var name: String
    package var displayName: String
    package var description: String
    package var icon: String
    package var isDefault: Bool
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    /// An organization.
    package init(
        id: UUID, name: String, displayName: String, description: String, icon: String, isDefault: Bool, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.description = description
        self.icon = icon
        self.isDefault = isDefault
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Somebody in an organization.
package struct OrganizationMember: Codable, Sendable {
    package var userID: UUID
    package var organizationID: UUID
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var roles: [SlimRole]
    package var username: String
    package var name: String
    package var avatarURL: String
    package var email: String
    package var globalRoles: [SlimRole]

    /// A member.
    package init(
        userID: UUID, organizationID: UUID, createdAt: Timestamp, updatedAt: Timestamp, roles: [SlimRole], username: String, name: String,
        avatarURL: String, email: String, globalRoles: [SlimRole]
    ) {
        self.userID = userID
        self.organizationID = organizationID
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.roles = roles
        self.username = username
        self.name = name
        self.avatarURL = avatarURL
        self.email = email
        self.globalRoles = globalRoles
    }
}
