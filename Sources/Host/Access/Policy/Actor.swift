package import Scalars

/// Somebody who asks, with their roles, and with what the key they show is good for.
package struct Actor: Sendable, Hashable {
    /// The user.
    package let id: UUID
    /// As the user is called, for logs.
    package let username: String
    /// Roles in the deployment; ``Role/member`` among them.
    package let roles: Set<Role>
    /// Roles by the organizations of which the user is a member; ``Role/organizationMember`` among them.
    package let organizations: [UUID: Set<Role>]
    /// What the key is good for.
    package let scopes: [APIKeyScope]

    /// An actor; the roles that everybody has are added.
    package init(
        id: UUID, username: String, roles: Set<Role>, organizations: [UUID: Set<Role>], scopes: [APIKeyScope] = [.all]
    ) {
        self.id = id
        self.username = username
        self.roles = roles.filter { !$0.isOfOrganization }.union([.member])
        self.organizations = organizations.mapValues { $0.filter(\.isOfOrganization).union([.organizationMember]) }
        self.scopes = scopes
    }

    /// Whether they may do this to that.
    package func can(_ action: Action, _ object: Object) -> Bool {
        guard scopes.contains(where: { $0.allows(action, object.type) }) else { return false }
        return roles.contains(.owner) || !isBanned(action, object) && isGranted(action, object)
    }

    /// Whether there can be a thing of this kind that they may do this to; for routes that list what one may see.
    package func canSomewhere(_ action: Action, _ type: ResourceType) -> Bool {
        guard scopes.contains(where: { $0.allows(action, type) }) else { return false }
        let held = organizations.values.reduce(roles) { $0.union($1) }
        return held.contains { role in
            (Policy.grants[role] ?? []).contains { $0.type == type && $0.actions.contains(action) }
        }
    }

    /// Whether they may give this role to somebody, or take it, in the organization, or in the deployment with nil.
    package func canGive(_ role: Role, in organization: UUID? = nil) -> Bool {
        guard role.isOfOrganization == (organization != nil) else { return false }
        let type: ResourceType = role.isOfOrganization ? .assignOrganizationRole : .assignRole
        guard can(.assign, Object(type, organization: organization)) else { return false }
        let held = roles.union(organization.flatMap { organizations[$0] } ?? [])
        return !held.isDisjoint(with: role.givers)
    }

    private func isGranted(_ action: Action, _ object: Object) -> Bool {
        if object.granted.contains(action) { return true }
        if roles.contains(where: { grants($0, action, object, [.site, .own]) }) { return true }
        guard let organization = object.organization, let held = organizations[organization] else { return false }
        return held.contains { grants($0, action, object, [.organization, .own]) }
    }

    private func isBanned(_ action: Action, _ object: Object) -> Bool {
        guard let organization = object.organization, let held = organizations[organization] else { return false }
        return held.contains { role in
            (Policy.bans[role] ?? []).contains { $0.type == object.type && $0.actions.contains(action) }
        }
    }

    private func grants(_ role: Role, _ action: Action, _ object: Object, _ reaches: Set<Policy.Reach>) -> Bool {
        (Policy.grants[role] ?? []).contains { grant in
            guard grant.type == object.type, grant.actions.contains(action), reaches.contains(grant.reach) else { return false }
            return grant.reach != .own || object.owner == id
        }
    }
}
