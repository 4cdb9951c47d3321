package import Scalars

/// How long sessions and tokens are good for.
package struct KeyLifetimes: Sendable {
    /// Of a session, since it was last used.
    package var session: Duration = .seconds(24 * 3600)
    /// Of a token for which nothing was said.
    package var tokenDefault: Duration = .seconds(7 * 24 * 3600)
    /// The longest that anybody may ask for.
    package var tokenMax: Duration = .seconds(876_600 * 3600)
    /// The longest that an owner may ask for, who can do most harm.
    package var tokenMaxOwner: Duration = .seconds(7 * 24 * 3600)

    /// The defaults.
    package init() {}

    /// The longest lifetime this actor's tokens may have.
    package func tokenMax(for actor: Actor) -> Duration {
        actor.roles.contains(.owner) ? min(tokenMax, tokenMaxOwner) : tokenMax
    }

    /// The lifetime of a new token.
    ///
    /// - Throws: ``AccessError`` if more is asked for than is allowed.
    package func token(_ asked: Duration?, for actor: Actor) throws(AccessError) -> Duration {
        let limit = tokenMax(for: actor)
        guard let asked, asked != .zero else { return min(tokenDefault, limit) }
        guard asked > .zero else { throw AccessError(.invalid, "must be above 0") }
        guard asked <= limit else {
            throw AccessError(.invalid, "must be at most \(limit.components.seconds / 3600) hours")
        }
        return asked
    }

    /// Until when a session is good that was used at `now`; nil if the stored moment is near enough, to spare a write.
    package func extended(_ expiry: Timestamp, lifetime: Duration, now: Timestamp) -> Timestamp? {
        let fresh = now + lifetime
        return fresh - expiry > min(.seconds(3600), lifetime / 10) ? fresh : nil
    }
}
