package import Scalars

/// A key, without its secret.
package struct APIKey: Codable, Sendable {
    package var id: String
    package var userID: UUID
    package var lastUsed: Timestamp
    package var expiresAt: Timestamp
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var loginType: LoginType
    package var scope: String
    package var scopes: [String]
    package var tokenName: String
    package var lifetimeSeconds: Int64
    package var username: String?

    /// A key.
    package init(
        id: String, userID: UUID, lastUsed: Timestamp, expiresAt: Timestamp, createdAt: Timestamp, updatedAt: Timestamp,
        loginType: LoginType,
        scopes: [String], tokenName: String, lifetimeSeconds: Int64, username: String?
    ) {
        self.id = id
        self.userID = userID
        self.lastUsed = lastUsed
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.loginType = loginType
        scope = scopes.first ?? "all"
        self.scopes = scopes
        self.tokenName = tokenName
        self.lifetimeSeconds = lifetimeSeconds
        self.username = username
    }
}

/// Makes a token.
package struct CreateTokenRequest: Codable, Sendable {
    /// In nanoseconds.
    package var lifetime: Int64?
    package var scope: String?
    package var scopes: [String]?
    package var tokenName: String?

    /// A token.
    package init(lifetime: Int64? = nil, scopes: [String]? = nil, tokenName: String? = nil) {
        self.lifetime = lifetime
        self.scopes = scopes
        self.tokenName = tokenName
    }
}

/// A key with its secret, which is never shown again.
package struct GenerateAPIKeyResponse: Codable, Sendable {
    package var key: String

    /// A key.
    package init(key: String) { self.key = key }
}

/// How long tokens may live.
package struct TokenConfig: Codable, Sendable {
    /// In nanoseconds.
    package var maxTokenLifetime: Int64

    /// At most this.
    package init(maxTokenLifetime: Int64) { self.maxTokenLifetime = maxTokenLifetime }
}
