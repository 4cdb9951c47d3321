import APITypes
import HostAccess
import Postgres
import Scalars

/// A user with what belongs to them.
struct UserRow: Sendable {
    let id: UUID
    let user: User
    let roles: Set<Role>
    let passwordHash: String?

    /// What ``init(_:)`` reads.
    static let columns: SQL = """
        u.id, u.username, u.email, u.name, u.avatar_url, u.password_hash, u.login_type, u.status, u.roles, u.theme, u.created_at, u.updated_at,
        u.last_seen_at, coalesce((select array_agg(m.organization_id) from organization_members m join organizations o on o.id = m.organization_id
            where m.user_id = u.id and not o.deleted), '{}') as organizations
        """

    init(_ row: Row) throws {
        id = try row["id"]
        passwordHash = try row["password_hash"]
        let names: [String] = try row["roles"]
        roles = Set(names.compactMap(Role.init(rawValue:)))
        let lastSeen: Timestamp? = try row["last_seen_at"]
        let created: Timestamp = try row["created_at"]
        user = User(
            id: id, username: try row["username"], name: try row["name"], email: try row["email"], avatarURL: try row["avatar_url"],
            createdAt: created, updatedAt: try row["updated_at"], lastSeenAt: lastSeen ?? created,
            status: UserStatus(rawValue: try row["status"]) ?? .suspended, loginType: LoginType(rawValue: try row["login_type"]) ?? .none,
            themePreference: try row["theme"], organizationIds: try row["organizations"],
            roles: roles.filter { !$0.isImplied }.map { SlimRole(name: $0.rawValue, displayName: $0.displayName) }.sorted {
                $0.name < $1.name
            })
    }

    static func find(_ condition: SQL, _ database: some Database) async throws -> UserRow? {
        try await database.first("select \(columns) from users u where not u.deleted and (\(condition))").map(UserRow.init)
    }

    /// The user that a path means: `me`, an identifier, or a name.
    static func named(_ scope: RequestScope, _ database: some Database, parameter: String = "user") async throws -> UserRow {
        let text = scope.text(parameter)
        let found: UserRow?
        if text == "me" {
            found = try await find("u.id = \(scope.actor().id)", database)
        } else if let id = UUID(text) {
            found = try await find("u.id = \(id)", database)
        } else {
            found = try await find("lower(u.username) = lower(\(text))", database)
        }
        guard let found else {
            scope.checked()
            throw APIError.notFound
        }
        return found
    }

    /// For asking what may be done to it.
    var object: Object { Object(.user, owner: id) }
}
