/// Who has a connection, and who waits for one.
struct PoolState {
    /// Somebody who waits, until they get a connection or are refused.
    struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Connection, any Error>
    }

    /// The one that came back last is taken first.
    var idle: [Connection] = []
    var waiting: [Waiter] = []
    /// Connections that are idle, in use, or being made.
    var count = 0
    var openingCount = 0
    /// Failures to connect, one after another.
    var failureCount = 0
    var lastFailure: DatabaseError?
    var isClosed = false
    var nextID: UInt64 = 0
    /// When each connection was made.
    var made: [ObjectIdentifier: ContinuousClock.Instant] = [:]

    /// Takes an idle connection that is alive.
    mutating func takeIdle() -> Connection? {
        while let candidate = idle.popLast() {
            if candidate.isIdle { return candidate }
            forget(candidate)
        }
        return nil
    }

    mutating func forget(_ connection: Connection) {
        if made.removeValue(forKey: ObjectIdentifier(connection)) != nil { count -= 1 }
    }

    /// How many connections are to be made now.
    func openingWanted(_ settings: PoolSettings) -> Int {
        // While none can be made, one at a time is tried.
        if failureCount > 0 { return openingCount == 0 && !isClosed ? 1 : 0 }
        return isClosed ? 0 : max(0, min(waiting.count - openingCount, settings.connectionCountMax - count))
    }

    func refusal(_ reason: String) -> DatabaseError {
        DatabaseError(.unavailable, lastFailure.map { "\(reason); \($0.message)" } ?? reason)
    }
}
