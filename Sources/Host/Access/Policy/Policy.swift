/// Who may do what. This table is all there is: a role that is not in it may do nothing.
package enum Policy {
    /// How far a grant reaches.
    package enum Reach: String, Sendable, Hashable, CaseIterable {
        /// Everything of that kind in the deployment.
        case site
        /// What is in the organization in which the role is held.
        case organization
        /// What is one's own; with a role of an organization: in that organization.
        case own
    }

    /// Some actions on one kind of things.
    package struct Grant: Sendable, Hashable {
        package let reach: Reach
        package let type: ResourceType
        package let actions: Set<Action>
    }

    /// What each role may do.
    package static let grants: [Role: [Grant]] = [
        .owner: all(.site, except: []),

        // They see whom they work with, and manage what they work on; other people's workspaces they see, to find who is hit.
        .templateAdmin: [
            grant(.site, .template, [.create, .read, .update, .delete, .use, .viewInsights, .share]),
            grant(.site, .file, [.create, .read]),
            grant(.site, .workspace, [.read]),
            grant(.site, .workspaceDormant, [.read]),
            grant(.site, .user, [.read]),
            grant(.site, .group, [.read]),
            grant(.site, .organization, [.read]),
            grant(.site, .organizationMember, [.read]),
            grant(.site, .provisionerDaemon, [.create, .read, .update, .delete]),
            grant(.site, .provisionerJobs, [.read]),
            grant(.site, .plugin, [.read]),
        ],
        .userAdmin: [
            grant(.site, .user, [.create, .read, .update, .delete, .readPersonal, .updatePersonal]),
            grant(.site, .assignRole, [.read, .assign, .unassign]),
            grant(.site, .assignOrganizationRole, [.read, .assign, .unassign]),
            grant(.site, .organization, [.read]),
            grant(.site, .organizationMember, [.create, .read, .update, .delete]),
            grant(.site, .group, [.create, .read, .update, .delete]),
        ],
        .auditor: [
            grant(.site, .auditLog, [.read]),
            grant(.site, .template, [.read, .viewInsights]),
            grant(.site, .user, [.read]),
            grant(.site, .group, [.read]),
            grant(.site, .organization, [.read]),
            grant(.site, .organizationMember, [.read]),
            grant(.site, .deploymentConfiguration, [.read]),
            grant(.site, .deploymentStats, [.read]),
        ],
        .member: [
            grant(.site, .assignRole, [.read]),
            grant(.own, .user, [.read, .readPersonal, .updatePersonal]),
            grant(.own, .apiKey, [.create, .read, .update, .delete]),
            grant(.own, .userSecret, [.create, .read, .update, .delete]),
            grant(.own, .file, [.create, .read]),
        ],

        // An organization's administrators do not enter other people's workspaces.
        .organizationAdmin: all(.organization, except: [.ssh, .applicationConnect, .readPersonal, .updatePersonal]),
        .organizationTemplateAdmin: [
            grant(.organization, .template, [.create, .read, .update, .delete, .use, .viewInsights, .share]),
            grant(.organization, .file, [.create, .read]),
            grant(.organization, .workspace, [.read]),
            grant(.organization, .workspaceDormant, [.read]),
            grant(.organization, .group, [.read]),
            grant(.organization, .organizationMember, [.read]),
            grant(.organization, .provisionerDaemon, [.create, .read, .update, .delete]),
            grant(.organization, .provisionerJobs, [.read]),
        ],
        .organizationUserAdmin: [
            grant(.organization, .assignOrganizationRole, [.read, .assign, .unassign]),
            grant(.organization, .organizationMember, [.create, .read, .update, .delete]),
            grant(.organization, .group, [.create, .read, .update, .delete]),
        ],
        .organizationAuditor: [
            grant(.organization, .auditLog, [.read]),
            grant(.organization, .template, [.read, .viewInsights]),
            grant(.organization, .group, [.read]),
            grant(.organization, .organizationMember, [.read]),
        ],
        .organizationWorkspaceCreationBan: [],
        .organizationMember: [
            grant(.organization, .organization, [.read]),
            grant(.organization, .assignOrganizationRole, [.read]),
            grant(.organization, .provisionerDaemon, [.read]),
            grant(.own, .organizationMember, [.read]),
            grant(.own, .provisionerJobs, [.read]),
            grant(
                .own, .workspace,
                [.create, .read, .update, .delete, .start, .stop, .ssh, .applicationConnect, .share]),
            grant(.own, .workspaceDormant, [.read, .update, .delete, .start]),
        ],
    ]

    /// What a role takes away, whatever others give, from everybody but owners.
    package static let bans: [Role: [Grant]] = [
        .organizationWorkspaceCreationBan: [grant(.organization, .workspace, [.create, .delete])]
    ]

    private static func grant(_ reach: Reach, _ type: ResourceType, _ actions: Set<Action>) -> Grant {
        Grant(reach: reach, type: type, actions: actions)
    }

    private static func all(_ reach: Reach, except: Set<Action>) -> [Grant] {
        ResourceType.allCases.map { grant(reach, $0, Set(Action.allCases).subtracting(except)) }
    }
}
