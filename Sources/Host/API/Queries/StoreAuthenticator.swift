package import HostAccess
package import HostStore
import JSON
import Postgres
import Scalars

/// Knows the keys in the database.
package struct StoreAuthenticator: Authenticator {
    private let store: Store
    private let lifetimes: KeyLifetimes

    /// Keys of this store.
    package init(_ store: Store, lifetimes: KeyLifetimes = KeyLifetimes()) {
        self.store = store
        self.lifetimes = lifetimes
    }

    package func session(of token: APIKeyToken, address: String) async throws -> Session? {
        let row = try await store.pool.first(
            """
            select k.secret_hash, k.user_id, k.scopes, k.expires_at, k.lifetime_seconds, k.token_name, k.last_used_at, u.username, u.roles, u.status,
                (select coalesce(jsonb_object_agg(m.organization_id, to_jsonb(m.roles)), '{}') from organization_members m
                    join organizations o on o.id = m.organization_id where m.user_id = u.id and not o.deleted) as organizations
            from api_keys k join users u on u.id = k.user_id where k.id = \(token.id) and not u.deleted
            """)
        guard let row else { return nil }
        let (hash, expiresAt): (Bytes, Timestamp) = (try row["secret_hash"], try row["expires_at"])
        let (status, now): (String, Timestamp) = (try row["status"], .now())
        guard token.matches(hash.bytes), expiresAt > now, status != "suspended" else { return nil }
        let actor = try actor(row)
        try await noteUse(token.id, row, address, now)
        return Session(keyID: token.id, actor: actor, expiresAt: expiresAt)
    }

    private func actor(_ row: Row) throws -> HostAccess.Actor {
        let (roles, scopes): ([String], [String]) = (try row["roles"], try row["scopes"])
        let members: JSONValue = try row["organizations"]
        var organizations: [UUID: Set<Role>] = [:]
        for (id, roles) in members.objectValue ?? [:] {
            guard let id = UUID(id) else { continue }
            organizations[id] = Set((roles.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Role.init(rawValue:)) })
        }
        return HostAccess.Actor(
            id: try row["user_id"], username: try row["username"], roles: Set(roles.compactMap(Role.init(rawValue:))),
            organizations: organizations, scopes: scopes.compactMap(APIKeyScope.init(rawValue:)))
    }

    /// At most once a minute: a page of a browser asks ten times a second. A session lives longer by being used, a token does not.
    private func noteUse(_ id: String, _ row: Row, _ address: String, _ now: Timestamp) async throws {
        let lastUsed: Timestamp? = try row["last_used_at"]
        if let lastUsed, now - lastUsed < .seconds(60) { return }
        let (name, seconds): (String, Int64) = (try row["token_name"], try row["lifetime_seconds"])
        let expiry = name.isEmpty ? lifetimes.extended(try row["expires_at"], lifetime: .seconds(seconds), now: now) : nil
        try await store.pool.execute(
            """
            with used as (update api_keys set last_used_at = now(), ip_address = \(address), expires_at = coalesce(\(expiry), expires_at)
                where id = \(id) returning user_id)
            update users set last_seen_at = now(), status = case status when 'dormant' then 'active' else status end from used where id = used.user_id
            """)
    }
}
