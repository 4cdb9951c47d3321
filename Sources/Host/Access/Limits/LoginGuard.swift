/// Slows down those who guess passwords: by where they come from, and by whose password they guess.
///
/// The lock on a name is short and by itself, so that nobody can keep somebody else out for long.
package struct LoginGuard: Sendable {
    private let byAddress: RateLimiter
    private let byName: RateLimiter

    /// - Parameters:
    ///   - attemptsPerMinute: from one address.
    ///   - failures: of one name before it has to wait; then one every ten seconds.
    package init(attemptsPerMinute: Int = 60, failures: Int = 10) {
        byAddress = RateLimiter(burst: attemptsPerMinute, every: .seconds(60) / max(1, attemptsPerMinute))
        byName = RateLimiter(burst: failures, every: .seconds(10))
    }

    /// Before a password is looked at: nil if it may be, else how long to wait.
    package func admit(address: String, name: String, now: ContinuousClock.Instant = .now) -> Duration? {
        byAddress.take(address, now: now) ?? byName.take(name.lowercased(), now: now)
    }

    /// After the right password: earlier failures are forgiven.
    package func succeeded(name: String) {
        byName.reset(name.lowercased())
    }
}
