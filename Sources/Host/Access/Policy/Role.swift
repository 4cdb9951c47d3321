/// A role that somebody holds in the deployment, or in an organization. The names are those of Coder's API.
package enum Role: String, Sendable, Hashable, CaseIterable {
    // In the deployment.
    case owner
    case templateAdmin = "template-admin"
    case userAdmin = "user-admin"
    case auditor
    /// Everybody has it.
    case member

    // In one organization.
    case organizationAdmin = "organization-admin"
    case organizationTemplateAdmin = "organization-template-admin"
    case organizationUserAdmin = "organization-user-admin"
    case organizationAuditor = "organization-auditor"
    /// Takes the right to make and remove workspaces.
    case organizationWorkspaceCreationBan = "organization-workspace-creation-ban"
    /// Every member of an organization has it.
    case organizationMember = "organization-member"

    /// Whether it is held in one organization.
    package var isOfOrganization: Bool { rawValue.hasPrefix("organization-") }

    /// Whether everybody, or every member, has it without being given it.
    package var isImplied: Bool { self == .member || self == .organizationMember }

    /// Its name for people.
    package var displayName: String {
        switch self {
        case .owner: "Owner"
        case .templateAdmin: "Template Admin"
        case .userAdmin: "User Admin"
        case .auditor: "Auditor"
        case .member: "Member"
        case .organizationAdmin: "Organization Admin"
        case .organizationTemplateAdmin: "Organization Template Admin"
        case .organizationUserAdmin: "Organization User Admin"
        case .organizationAuditor: "Organization Auditor"
        case .organizationWorkspaceCreationBan: "Organization Workspace Creation Ban"
        case .organizationMember: "Organization Member"
        }
    }

    /// The roles whose holders may give this one to others, or take it: nobody gives away more than they have.
    package var givers: Set<Role> {
        switch self {
        case .owner, .userAdmin: [.owner]
        case .templateAdmin, .auditor: [.owner]
        case .member: [.owner, .userAdmin]
        case .organizationAdmin: [.owner, .organizationAdmin]
        case .organizationTemplateAdmin, .organizationAuditor: [.owner, .organizationAdmin]
        case .organizationUserAdmin: [.owner, .userAdmin, .organizationAdmin]
        case .organizationWorkspaceCreationBan, .organizationMember:
            [.owner, .userAdmin, .organizationAdmin, .organizationUserAdmin]
        }
    }
}
