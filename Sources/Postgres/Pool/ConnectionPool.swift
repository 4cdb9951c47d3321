package import Logging
import Synchronization

/// Connections that are shared: each statement or transaction has one while it runs.
///
/// When the database goes away, who waits is refused with a ``DatabaseError`` that says `isUnavailable`; when it is back, the pool
/// is too, by itself.
package final class ConnectionPool: Database {
    package let settings: PoolSettings
    private let logger: Logger
    private let state = Mutex(PoolState())

    /// Makes a pool without connections; they are made when they are needed.
    package init(_ settings: PoolSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    deinit { close() }

    @discardableResult
    package func query(_ statement: SQL) async throws -> Rows {
        try await withConnection { try await $0.query(statement) }
    }

    /// Has a connection for itself while the function runs.
    package func withConnection<T: Sendable>(_ body: (Connection) async throws -> T) async throws -> T {
        let connection = try await acquire()
        defer { release(connection) }
        return try await body(connection)
    }

    /// Closes all connections; who waits is refused. What runs fails.
    package func close() {
        let (idle, waiting) = state.withLock { state in
            state.isClosed = true
            defer { (state.idle, state.waiting) = ([], []) }
            return (state.idle, state.waiting)
        }
        for connection in idle { connection.close() }
        for waiter in waiting { waiter.continuation.resume(throwing: DatabaseError(.unavailable, "the server is shutting down")) }
    }

    /// How many connections there are, and how many of them are not in use.
    package var counts: (all: Int, idle: Int, waiting: Int) { state.withLock { ($0.count, $0.idle.count, $0.waiting.count) } }

    // MARK: - Taking and giving back

    private func acquire() async throws -> Connection {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue(PoolState.Waiter(id: id, continuation: $0)) }
        } onCancel: {
            refuse(id, CancellationError())
        }
    }

    private func enqueue(_ waiter: PoolState.Waiter) {
        let outcome: Result<Connection, any Error>? = state.withLock { state in
            if state.isClosed { return .failure(DatabaseError(.unavailable, "the server is shutting down")) }
            if state.waiting.isEmpty, let connection = state.takeIdle() { return .success(connection) }
            if state.failureCount >= settings.failureCountMax { return .failure(state.refusal("the database is not available")) }
            if state.waiting.count >= settings.waitingCountMax {
                return .failure(state.refusal("\(state.waiting.count) requests wait for a connection to the database"))
            }
            state.waiting.append(waiter)
            return nil
        }
        if let outcome {
            waiter.continuation.resume(with: outcome)
        } else {
            // Cancelled before it waited: onCancel found nobody to refuse.
            if Task.isCancelled { refuse(waiter.id, CancellationError()) }
            limitWait(waiter.id)
        }
        openMore()
    }

    /// Ends by itself, at the latest when the time to wait is over.
    private func limitWait(_ id: UInt64) {
        Task { [weak self, timeout = settings.waitTimeout] in
            try await Task.sleep(for: timeout)
            guard let self else { return }
            let reason = state.withLock { $0.refusal("no connection to the database became free within \(timeout)") }
            refuse(id, reason)
        }
    }

    private func refuse(_ id: UInt64, _ error: any Error) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: error)
    }

    private func release(_ connection: Connection) {
        let waiter: PoolState.Waiter? = state.withLock { state in
            let age = state.made[ObjectIdentifier(connection)].map { ContinuousClock.now - $0 } ?? .zero
            guard !state.isClosed, connection.isIdle, age < settings.connectionAgeMax else {
                state.forget(connection)
                return nil
            }
            guard !state.waiting.isEmpty else {
                state.idle.append(connection)
                return nil
            }
            return state.waiting.removeFirst()
        }
        if let waiter {
            waiter.continuation.resume(returning: connection)
        } else if state.withLock({ $0.made[ObjectIdentifier(connection)] == nil }) {
            connection.close()
            openMore()
        }
    }

    // MARK: - Making connections

    private func openMore() {
        let wanted = state.withLock { state in
            let wanted = state.openingWanted(settings)
            state.openingCount += wanted
            state.count += wanted
            return wanted
        }
        // Each ends when its connection is made, or after one failure and the wait that follows.
        for _ in 0..<wanted { Task { [self] in await open() } }
    }

    private func open() async {
        do {
            let connection = try await Connection.open(settings.connection) { _ in
            } onEnd: { [weak self] _ in
                self?.sweep()
            }
            opened(connection)
        } catch {
            await failed(error as? DatabaseError ?? DatabaseError(.unavailable, "\(error)"))
        }
        openMore()
    }

    private func opened(_ connection: Connection) {
        let (hadFailed, isClosed) = state.withLock { state in
            defer { state.failureCount = 0 }
            state.openingCount -= 1
            state.made[ObjectIdentifier(connection)] = .now
            state.lastFailure = nil
            return (state.failureCount > 0, state.isClosed)
        }
        if hadFailed { logger.notice("database is available again") }
        if isClosed { connection.close() }
        release(connection)
    }

    private func failed(_ error: DatabaseError) async {
        let (count, refused) = state.withLock { state in
            state.count -= 1
            state.failureCount += 1
            state.lastFailure = error
            guard state.failureCount >= settings.failureCountMax else { return (state.failureCount, [PoolState.Waiter]()) }
            defer { state.waiting = [] }
            return (state.failureCount, state.waiting)
        }
        if count == 1 || count == settings.failureCountMax {
            logger.error("database is not available", metadata: ["database.error": "\(error)", "database.attempt": "\(count)"])
        }
        let refusal = state.withLock { $0.refusal("the database is not available") }
        for waiter in refused { waiter.continuation.resume(throwing: refusal) }
        // Nobody cancels this task.
        try? await Task.sleep(for: Backoff(min: settings.retryDelayMin, max: settings.retryDelayMax).delay(afterFailures: count))
        state.withLock { $0.openingCount -= 1 }
    }

    /// Forgets idle connections that were lost.
    private func sweep() {
        state.withLock { state in
            for connection in state.idle where !connection.isOpen { state.forget(connection) }
            state.idle.removeAll { !$0.isOpen }
        }
        openMore()
    }
}
