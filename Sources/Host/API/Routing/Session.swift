package import HostAccess
package import Scalars

/// A good key and its user.
package struct Session: Sendable {
    /// Names the key.
    package var keyID: String
    package var actor: HostAccess.Actor
    /// Until when it is good.
    package var expiresAt: Timestamp

    /// A session.
    package init(keyID: String, actor: HostAccess.Actor, expiresAt: Timestamp) {
        self.keyID = keyID
        self.actor = actor
        self.expiresAt = expiresAt
    }
}

/// Knows the keys.
package protocol Authenticator: Sendable {
    /// The session of a key; nil if there is none, or it is over, or its user may not sign in.
    ///
    /// - Throws: ``APIError`` if it cannot be known now.
    func session(of token: APIKeyToken, address: String) async throws -> Session?
}
