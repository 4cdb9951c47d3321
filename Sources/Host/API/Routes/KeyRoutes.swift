import APITypes
import HTTPTypes
import HostAccess
import HostStore
import JSON
import Postgres
import Scalars

/// Keys and tokens of users.
struct KeyRoutes: Sendable {
    let services: Services
    private let base = "/api/v2/users/{user}/keys"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .act(.post, base, "Users", "Make a session key", .may(.create, .apiKey), status: .created) { scope in
                let user = try await owner(scope, .create)
                let token = try await NewKey.session(
                    user.id, loginType: "password", address: scope.address, lifetime: services.lifetimes.session, pool)
                return GenerateAPIKeyResponse(key: token.text)
            },
            .get("\(base)/tokens", "Users", "Tokens", .may(.read, .apiKey), query: [.init("include_expired", "boolean")]) { scope in
                let user = try await owner(scope, .read)
                let withExpired = try scope.query.flag("include_expired") ?? false
                return try await keys("k.user_id = \(user.id) and k.token_name <> '' and (\(withExpired) or k.expires_at > now())")
            },
            .send(.post, "\(base)/tokens", "Users", "Make a token", .may(.create, .apiKey), status: .created) { scope, input in
                try await makeToken(scope, input)
            },
            .get("\(base)/tokens/tokenconfig", "General", "How long tokens may live", .may(.read, .apiKey)) { scope in
                _ = try await owner(scope, .read)
                let limit = services.lifetimes.tokenMax(for: try scope.actor())
                return TokenConfig(maxTokenLifetime: limit.components.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
            },
            .get("\(base)/tokens/{keyname}", "Users", "A token by its name", .may(.read, .apiKey)) { scope in
                let user = try await owner(scope, .read)
                return try await one("k.user_id = \(user.id) and k.token_name = \(scope.text("keyname")) and k.token_name <> ''")
            },
            .get("\(base)/{keyid}", "Users", "A key", .may(.read, .apiKey)) { scope in
                let user = try await owner(scope, .read)
                return try await one("k.user_id = \(user.id) and k.id = \(scope.text("keyid"))")
            },
            .act(.delete, "\(base)/{keyid}", "Users", "Remove a key", .may(.delete, .apiKey)) { scope in
                let user = try await owner(scope, .delete)
                let count = try await pool.execute("delete from api_keys where user_id = \(user.id) and id = \(scope.text("keyid"))")
                if count == 0 { throw APIError.notFound }
            },
            .act(.put, "\(base)/{keyid}/expire", "Users", "End a key now", .may(.update, .apiKey)) { scope in
                let user = try await owner(scope, .update)
                let count = try await pool.execute(
                    "update api_keys set expires_at = least(expires_at, now()), updated_at = now() where user_id = \(user.id) and id = \(scope.text("keyid"))"
                )
                if count == 0 { throw APIError.notFound }
            },
        ]
    }

    private func owner(_ scope: RequestScope, _ action: Action) async throws -> UserRow {
        let user = try await UserRow.named(scope, pool)
        try scope.require(action, Object(.apiKey, owner: user.id))
        return user
    }

    private func makeToken(_ scope: RequestScope, _ input: CreateTokenRequest) async throws -> GenerateAPIKeyResponse {
        let user = try await owner(scope, .create)
        let actor = try scope.actor()
        let names = input.scopes ?? input.scope.map { [$0] } ?? ["all"]
        let scopes = try (names.isEmpty ? ["all"] : names).map { name throws(APIError) in
            guard let scope = APIKeyScope(rawValue: name) else { throw .invalid("scopes", "has an unknown scope \"\(name.prefix(64))\"") }
            return scope
        }
        // A key makes no key that is good for more than itself.
        for wanted in scopes where !actor.scopes.contains(.all) && !actor.scopes.contains(wanted) {
            throw APIError.invalid("scopes", "must be among those of the key that asks, and \"\(wanted)\" is not")
        }
        let name = input.tokenName ?? RandomName.make()
        if let problem = NameRules.tokenProblem(name) { throw APIError.invalid("token_name", problem) }
        let lifetime: Duration
        do {
            lifetime = try services.lifetimes.token(input.lifetime.map { .nanoseconds($0) }, for: actor)
        } catch {
            throw APIError.invalid("lifetime", error.message)
        }
        return try await naming(["api_keys_token_name": ("token_name", "is the name of another token")]) {
            let token = try await NewKey.insert(
                user.id, loginType: "token", name: name, scopes: scopes.map(\.rawValue), address: scope.address, lifetime: lifetime, pool)
            return GenerateAPIKeyResponse(key: token.text)
        }
    }

    private func one(_ condition: SQL) async throws -> APIKey {
        guard let key = try await keys(condition).first else { throw APIError.notFound }
        return key
    }

    private func keys(_ condition: SQL) async throws -> [APIKey] {
        try await pool.query(
            """
            select k.id, k.user_id, k.last_used_at, k.expires_at, k.created_at, k.updated_at, k.login_type, k.scopes, k.token_name, k.lifetime_seconds,
                u.username
            from api_keys k join users u on u.id = k.user_id where \(condition) order by k.created_at, k.id limit 1000
            """
        ).map { row in
            let lastUsed: Timestamp? = try row["last_used_at"]
            return APIKey(
                id: try row["id"], userID: try row["user_id"], lastUsed: lastUsed ?? Timestamp(seconds: 0),
                expiresAt: try row["expires_at"],
                createdAt: try row["created_at"], updatedAt: try row["updated_at"],
                loginType: LoginType(rawValue: try row["login_type"]) ?? .none,
                scopes: try row["scopes"], tokenName: try row["token_name"], lifetimeSeconds: try row["lifetime_seconds"],
                username: try row["username"])
        }
    }
}
