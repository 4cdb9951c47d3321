/// How a pool behaves.
package struct PoolSettings: Sendable {
    package var connection: ConnectionSettings
    package var connectionCountMax = 16
    /// How many may wait for a connection; who comes then is refused.
    package var waitingCountMax = 1000
    /// Who has waited so long is refused.
    package var waitTimeout: Duration = .seconds(5)
    /// A connection that is older is replaced when it comes back.
    package var connectionAgeMax: Duration = .seconds(3600)
    /// The wait after the first failure to connect; it doubles with each, up to ``retryDelayMax``, and varies by a fifth.
    package var retryDelayMin: Duration = .milliseconds(50)
    package var retryDelayMax: Duration = .seconds(2)
    /// From so many failures in a row, who needs a new connection is refused at once, until one can be made again.
    package var failureCountMax = 6

    package init(_ connection: ConnectionSettings) { self.connection = connection }
    package init(_ address: DatabaseAddress) { connection = ConnectionSettings(address) }
}

/// Waiting longer after each failure, and never all at the same time.
struct Backoff {
    let min: Duration
    let max: Duration

    func delay(afterFailures count: Int) -> Duration {
        var delay = min
        for _ in 1..<Swift.max(2, count) where delay < max { delay *= 2 }
        return Swift.min(delay, max) * Double.random(in: 0.8...1.2)
    }
}
