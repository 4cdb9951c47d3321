import APITypes
import HTTPTypes
import HostAccess
import HostStore
import Postgres
import Scalars

/// Organizations and who is in them.
struct OrganizationRoutes: Sendable {
    let services: Services
    private var pool: ConnectionPool { services.store.pool }

    var routes: [Route] {
        [
            .get("/api/v2/organizations", "Organizations", "Organizations", .may(.read, .organization)) { scope in
                try scope.visible(try await Self.list("true", pool)) { Object(.organization, organization: $0.id) }
            },
            .get("/api/v2/organizations/{organization}", "Organizations", "An organization", .may(.read, .organization)) { scope in
                let organization = try await Self.named(scope, pool)
                try scope.require(.read, Object(.organization, organization: organization.id))
                return organization
            },
            .get("/api/v2/organizations/{organization}/members", "Members", "Members of an organization", .may(.read, .organizationMember))
            { scope in
                let organization = try await Self.named(scope, pool)
                let members = try await members("m.organization_id = \(organization.id)")
                return try scope.visible(members) { Object(.organizationMember, organization: $0.organizationID, owner: $0.userID) }
            },
            .get(
                "/api/v2/organizations/{organization}/members/{user}", "Members", "A member of an organization",
                .may(.read, .organizationMember)
            ) { scope in
                let organization = try await Self.named(scope, pool)
                let user = try await UserRow.named(scope, pool)
                try scope.require(.read, Object(.organizationMember, organization: organization.id, owner: user.id))
                guard let member = try await members("m.organization_id = \(organization.id) and m.user_id = \(user.id)").first else {
                    throw APIError.notFound
                }
                return member
            },
            .get(
                "/api/v2/organizations/{organization}/members/roles", "Members", "Roles of an organization",
                .may(.read, .assignOrganizationRole)
            ) {
                scope in
                let organization = try await Self.named(scope, pool)
                try scope.require(.read, Object(.assignOrganizationRole, organization: organization.id))
                let actor = try scope.actor()
                return Role.allCases.filter { $0.isOfOrganization && !$0.isImplied }.map {
                    AssignableRole(
                        name: $0.rawValue, displayName: $0.displayName, organizationID: organization.id.description,
                        assignable: actor.canGive($0, in: organization.id))
                }
            },
            .get("/api/v2/users/{user}/organizations", "Users", "Organizations of a user", .may(.read, .organization)) { scope in
                let user = try await UserRow.named(scope, pool)
                try scope.require(.read, user.object)
                return try scope.visible(
                    try await Self.list("o.id in (select organization_id from organization_members where user_id = \(user.id))", pool)
                ) { Object(.organization, organization: $0.id) }
            },
            .get("/api/v2/users/{user}/organizations/{organization}", "Users", "An organization of a user", .may(.read, .organization)) {
                scope in
                let user = try await UserRow.named(scope, pool)
                let organization = try await Self.named(scope, pool)
                try scope.require(.read, Object(.organization, organization: organization.id))
                guard user.user.organizationIds.contains(organization.id) else { throw APIError.notFound }
                return organization
            },
        ]
    }

    /// The organization that a path means: `default`, an identifier, or a name.
    static func named(_ scope: RequestScope, _ database: some Database) async throws -> Organization {
        let text = scope.text("organization")
        let condition: SQL
        if let id = UUID(text) {
            condition = "o.id = \(id)"
        } else if text == "default" {
            condition = "o.is_default or lower(o.name) = 'default'"
        } else {
            condition = "lower(o.name) = lower(\(text))"
        }
        guard let found = try await list(condition, database).first else {
            scope.checked()
            throw APIError.notFound
        }
        return found
    }

    private static func list(_ condition: SQL, _ database: some Database) async throws -> [Organization] {
        try await database.query(
            """
            select o.id, o.name, o.display_name, o.description, o.icon, o.is_default, o.created_at, o.updated_at from organizations o
            where not o.deleted and (\(condition)) order by o.is_default desc, lower(o.name) limit 1000
            """
        ).map { row in
            Organization(
                id: try row["id"], name: try row["name"], displayName: try row["display_name"], description: try row["description"],
                icon: try row["icon"], isDefault: try row["is_default"], createdAt: try row["created_at"], updatedAt: try row["updated_at"])
        }
    }

    private func members(_ condition: SQL) async throws -> [OrganizationMember] {
        try await pool.query(
            """
            select m.user_id, m.organization_id, m.created_at, m.updated_at, m.roles, u.username, u.name, u.avatar_url, u.email, u.roles as site_roles
            from organization_members m join users u on u.id = m.user_id where not u.deleted and \(condition) order by lower(u.username) limit 10000
            """
        ).map { row in
            OrganizationMember(
                userID: try row["user_id"], organizationID: try row["organization_id"], createdAt: try row["created_at"],
                updatedAt: try row["updated_at"], roles: Self.slim(try row["roles"]), username: try row["username"], name: try row["name"],
                avatarURL: try row["avatar_url"], email: try row["email"], globalRoles: Self.slim(try row["site_roles"]))
        }
    }

    private static func slim(_ names: [String]) -> [SlimRole] {
        names.compactMap(Role.init(rawValue:)).map { SlimRole(name: $0.rawValue, displayName: $0.displayName) }
    }
}
