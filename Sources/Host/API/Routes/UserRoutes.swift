import APITypes
import HTTPTypes
import HostAccess
import HostStore
import Postgres
import Scalars

/// Users.
struct UserRoutes: Sendable {
    let services: Services
    private var pool: ConnectionPool { services.store.pool }

    var routes: [Route] {
        [
            .get(
                "/api/v2/users", "Users", "Users", .may(.read, .user),
                query: [.init("q"), .init("limit", "integer"), .init("offset", "integer")]
            ) {
                scope in try await list(scope)
            },
            .send(.post, "/api/v2/users", "Users", "Make a user", .may(.create, .user), status: .created) { scope, input in
                try await create(scope, input)
            },
            .get("/api/v2/users/roles", "Members", "Roles of the deployment", .may(.read, .assignRole)) { scope in
                try scope.require(.read, Object(.assignRole))
                let actor = try scope.actor()
                return Role.allCases.filter { !$0.isOfOrganization && !$0.isImplied }.map {
                    AssignableRole(name: $0.rawValue, displayName: $0.displayName, assignable: actor.canGive($0))
                }
            },
            .get("/api/v2/users/{user}", "Users", "A user", .may(.read, .user)) { scope in try await found(scope, .read).user },
            .act(.delete, "/api/v2/users/{user}", "Users", "Remove a user", .may(.delete, .user), status: .ok) { scope in
                try await remove(scope)
            },
            .send(.put, "/api/v2/users/{user}/profile", "Users", "Change name and username", .may(.updatePersonal, .user)) {
                (scope, input: UpdateUserProfileRequest) in
                let user = try await found(scope, .updatePersonal)
                try NewUser.check(username: input.username, email: user.user.email, name: input.name ?? "", password: nil)
                return try await update(user, "username = \(input.username), name = \(input.name ?? user.user.name)")
            },
            .change(.put, "/api/v2/users/{user}/password", "Users", "Change the password", .may(.updatePersonal, .user)) { scope, input in
                try await changePassword(scope, input)
            },
            .get("/api/v2/users/{user}/roles", "Users", "Roles of a user", .may(.read, .user)) { scope in try await roles(scope) },
            .send(.put, "/api/v2/users/{user}/roles", "Users", "Set the roles of a user", .may(.update, .user)) { scope, input in
                try await setRoles(scope, input)
            },
            .act(.put, "/api/v2/users/{user}/status/activate", "Users", "Let a user sign in", .may(.update, .user)) { scope in
                try await update(try await found(scope, .update), "status = 'active'")
            },
            .act(.put, "/api/v2/users/{user}/status/suspend", "Users", "Keep a user from signing in", .may(.update, .user)) { scope in
                let user = try await found(scope, .update)
                guard user.id != (try scope.actor().id) else { throw APIError(.badRequest, "You cannot suspend yourself.") }
                try guardOwner(user, scope)
                return try await update(user, "status = 'suspended'")
            },
            .get("/api/v2/users/{user}/login-type", "Users", "How a user signs in", .may(.readPersonal, .user)) { scope in
                UserLoginType(loginType: try await found(scope, .readPersonal).user.loginType)
            },
        ]
    }

    private func found(_ scope: RequestScope, _ action: Action) async throws -> UserRow {
        let user = try await UserRow.named(scope, pool)
        try scope.require(action, user.object)
        return user
    }

    /// Owners are changed by owners alone.
    private func guardOwner(_ user: UserRow, _ scope: RequestScope) throws(APIError) {
        if user.roles.contains(.owner), !(try scope.actor().roles.contains(.owner)) { throw .forbidden }
    }

    private func list(_ scope: RequestScope) async throws -> GetUsersResponse {
        try scope.require(.read, Object(.user))
        let (limit, offset) = try scope.query.page()
        var condition: SQL = "not u.deleted"
        for term in (scope.query.text("q") ?? "").split(separator: " ") {
            let parts = term.split(separator: ":", maxSplits: 1).map(String.init)
            switch (parts.count, parts[0].lowercased()) {
            case (2, "status"): condition += " and u.status = any(\(parts[1].lowercased().split(separator: ",").map(String.init)))"
            case (2, "role"): condition += " and u.roles && \(parts[1].lowercased().split(separator: ",").map(String.init))"
            case (2, "login_type"): condition += " and u.login_type = \(parts[1].lowercased())"
            case (2, "name"): condition += " and strpos(lower(u.name), lower(\(parts[1]))) > 0"
            case (1, _):
                condition += " and (strpos(lower(u.username), lower(\(parts[0]))) > 0 or strpos(lower(u.email), lower(\(parts[0]))) > 0)"
            default: throw APIError.invalid("q", "\"\(parts[0].prefix(64))\" is not a valid query param")
            }
        }
        let rows = try await pool.query(
            "select \(UserRow.columns) from users u where \(condition) order by lower(u.username) limit \(limit) offset \(offset)")
        let count: Int = try await pool.value("select count(*) from users u where \(condition)")
        return GetUsersResponse(users: try rows.map { try UserRow($0).user }, count: count)
    }

    private func create(_ scope: RequestScope, _ input: CreateUserRequest) async throws -> User {
        try scope.require(.create, Object(.user))
        let actor = try scope.actor()
        let loginType = input.loginType ?? .password
        guard loginType == .password || loginType == .none else {
            throw APIError.invalid("login_type", "must be password or none on this deployment")
        }
        if loginType == .password, (input.password ?? "").isEmpty { throw APIError.invalid("password", "is required") }
        let password = loginType == .password ? input.password : nil
        try NewUser.check(username: input.username, email: input.email, name: input.name ?? "", password: password)
        let roles = try Self.roles(input.roles ?? [])
        if let beyond = roles.first(where: { !actor.canGive($0) }) {
            throw APIError(.forbidden, "You may not give the role \(beyond.rawValue).")
        }
        var hash: String?
        if let password { hash = try await services.passwords.hash(password) }
        let (id, kept) = (UUID.ordered(), hash)
        try await pool.withTransaction { transaction in
            try await NewUser.insert(
                id, username: input.username, email: input.email, name: input.name ?? "", hash: kept, loginType: loginType, roles: roles,
                status: input.userStatus ?? .active, transaction)
            var organizations = input.organizationIds ?? []
            if organizations.isEmpty { organizations = [try await DefaultOrganization.make(transaction)] }
            for organization in organizations {
                let count = try await transaction.execute(
                    "insert into organization_members (organization_id, user_id) select id, \(id) from organizations where id = \(organization) and not deleted"
                )
                if count == 0 { throw APIError.invalid("organization_ids", "has an unknown organization \(organization)") }
            }
        }
        return try await reread(id).user
    }

    private func remove(_ scope: RequestScope) async throws -> APIResponse {
        let user = try await found(scope, .delete)
        guard user.id != (try scope.actor().id) else { throw APIError(.forbidden, "You cannot delete yourself!") }
        try guardOwner(user, scope)
        try await pool.withTransaction { transaction in
            let has: Bool = try await transaction.value(
                "select exists (select from workspaces where owner_id = \(user.id) and not deleted)")
            if has {
                throw APIError(.expectationFailed, "You cannot delete a user that has workspaces. Delete their workspaces and try again!")
            }
            try await transaction.execute("delete from api_keys where user_id = \(user.id)")
            try await transaction.execute("update users set deleted = true, updated_at = now() where id = \(user.id)")
        }
        return APIResponse("User has been deleted!")
    }

    private func changePassword(_ scope: RequestScope, _ input: UpdateUserPasswordRequest) async throws {
        let user = try await found(scope, .updatePersonal)
        let isOwn = try scope.actor().id == user.id
        try guardOwner(user, scope)
        guard user.user.loginType == .password else { throw APIError(.badRequest, "This user does not sign in with a password.") }
        if let problem = PasswordRules.problem(input.password, username: user.user.username, email: user.user.email) {
            throw APIError.invalid("password", problem)
        }
        if isOwn {
            guard try await services.passwords.verify(input.oldPassword ?? "", against: user.passwordHash) else {
                throw APIError.invalid("old_password", "is incorrect")
            }
            if input.oldPassword == input.password { throw APIError(.badRequest, "New password cannot match old password.") }
        }
        let hash = try await services.passwords.hash(input.password)
        let session = scope.session?.keyID ?? ""
        try await pool.withTransaction { transaction in
            try await transaction.execute("update users set password_hash = \(hash), updated_at = now() where id = \(user.id)")
            // Whoever knew the old password is out; tokens were made on purpose and stay.
            try await transaction.execute("delete from api_keys where user_id = \(user.id) and token_name = '' and id <> \(session)")
        }
    }

    private func roles(_ scope: RequestScope) async throws -> UserRoles {
        let user = try await found(scope, .read)
        let rows = try await pool.query("select organization_id, roles from organization_members where user_id = \(user.id)")
        var organizations: [String: [String]] = [:]
        for row in rows { organizations[(try row["organization_id"] as UUID).description] = try row["roles"] }
        return UserRoles(roles: user.roles.map(\.rawValue).sorted(), organizationRoles: organizations)
    }

    private func setRoles(_ scope: RequestScope, _ input: UpdateRoles) async throws -> User {
        let user = try await found(scope, .update)
        let actor = try scope.actor()
        guard user.id != actor.id else { throw APIError(.badRequest, "You cannot change your own roles.") }
        let wanted = try Self.roles(input.roles)
        for role in wanted.symmetricDifference(user.roles) where !role.isImplied && !actor.canGive(role) {
            throw APIError(.forbidden, "You may not give or take the role \(role.rawValue).")
        }
        return try await update(user, "roles = \(wanted.map(\.rawValue).sorted())")
    }

    private static func roles(_ names: [String]) throws(APIError) -> Set<Role> {
        var result: Set<Role> = []
        for name in names where name != "member" {
            guard let role = Role(rawValue: name), !role.isOfOrganization else {
                throw .invalid("roles", "has \"\(name.prefix(64))\", which is no role of the deployment")
            }
            result.insert(role)
        }
        return result
    }

    private func update(_ user: UserRow, _ change: SQL) async throws -> User {
        try await naming(NewUser.conflicts) {
            try await pool.execute("update users set \(change), updated_at = now() where id = \(user.id) and not deleted")
        }
        return try await reread(user.id).user
    }

    private func reread(_ id: UUID) async throws -> UserRow {
        guard let user = try await UserRow.find("u.id = \(id)", pool) else { throw APIError.notFound }
        return user
    }
}
