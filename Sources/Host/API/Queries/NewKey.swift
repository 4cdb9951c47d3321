import HostAccess
import Postgres
import Scalars

/// Keys that are made.
enum NewKey {
    /// A session, after a login.
    static func session(_ user: UUID, loginType: String, address: String, lifetime: Duration, _ database: some Database) async throws
        -> APIKeyToken
    {
        try await insert(user, loginType: loginType, name: "", scopes: ["all"], address: address, lifetime: lifetime, database)
    }

    /// A key; only its hash is stored.
    static func insert(
        _ user: UUID, loginType: String, name: String, scopes: [String], address: String, lifetime: Duration, _ database: some Database
    ) async throws -> APIKeyToken {
        let token = APIKeyToken()
        let seconds = lifetime.components.seconds
        try await database.execute(
            """
            insert into api_keys (id, secret_hash, user_id, login_type, scopes, token_name, lifetime_seconds, ip_address, expires_at)
            values (\(token.id), \(Bytes(token.secretHash)), \(user), \(loginType), \(scopes), \(name), \(seconds), \(address),
                \(Timestamp.now() + lifetime))
            """)
        return token
    }
}
