import Synchronization
import Threads

/// One connection to a database. Statements that are sent at the same time are carried out one after the other.
package final class Connection: Database, SocketWatcher.Client {
    package let settings: ConnectionSettings
    private let state: Mutex<ConnectionState>
    private let onNotification: (@Sendable (Notification) -> Void)?
    private let onEnd: (@Sendable (DatabaseError) -> Void)?

    private init(
        _ state: ConnectionState, _ settings: ConnectionSettings, _ onNotification: (@Sendable (Notification) -> Void)?,
        _ onEnd: (@Sendable (DatabaseError) -> Void)?
    ) {
        self.state = Mutex(state)
        self.settings = settings
        self.onNotification = onNotification
        self.onEnd = onEnd
    }

    deinit { close() }

    /// Connects.
    ///
    /// - Parameters:
    ///   - onNotification: is called for each notification of a channel that this connection listens to; must not block.
    ///   - onEnd: is called once when the connection is lost or closed.
    /// - Throws: ``DatabaseError``, `CancellationError`.
    package static func open(
        _ settings: ConnectionSettings, onNotification: (@Sendable (Notification) -> Void)? = nil,
        onEnd: (@Sendable (DatabaseError) -> Void)? = nil
    ) async throws -> Connection {
        let watcher = try SocketWatcher.shared()
        try Task.checkCancellation()
        let handle = try await ConnectionAttempt(settings: settings).run()
        let connection = Connection(
            ConnectionState(handle, watcher, preparedMax: settings.preparedStatementsMax), settings, onNotification, onEnd)
        try connection.begin()
        _ = try await connection.run(.script(settings.preamble), limit: settings.connectTimeout)
        return connection
    }

    private func begin() throws(DatabaseError) {
        let result = state.withLock { state in
            Result { () throws(DatabaseError) in try state.begin(self) }
        }
        try result.get()
    }

    @discardableResult
    package func query(_ statement: SQL) async throws -> Rows {
        Rows(result: try await run(try prepared(statement), limit: answerLimit))
    }

    /// Carries out several statements that take no values, as one transaction if they do not say otherwise.
    package func script(_ text: String) async throws {
        if text.utf8.contains(0) { throw DatabaseError(.value, "a statement contains a NUL character") }
        _ = try await run(.script(text), limit: answerLimit)
    }

    /// Carries out what ends a transaction, also when the task was cancelled.
    ///
    /// - Returns: what the server says it did.
    @discardableResult
    func scriptToTheEnd(_ text: String) async throws -> String {
        try await run(.script(text), limit: answerLimit ?? .seconds(60), isCancellable: false).commandTag
    }

    private var answerLimit: Duration? { settings.statementTimeout.map { $0 + ConnectionSettings.answerGrace } }

    /// Whether it can be used by somebody else now.
    var isIdle: Bool { state.withLock { $0.isIdle } }

    /// Whether it is not closed.
    package var isOpen: Bool { state.withLock { $0.end == nil } }

    /// The process of the server that serves it.
    package var serverProcess: Int32 { state.withLock { $0.serverProcess } }

    /// As libpq counts: 150004 is 15.4.
    package var serverVersion: Int32 { state.withLock { $0.serverVersion } }

    /// Ends the connection. What is under way fails.
    package func close() { change { $0.lose(DatabaseError(.unavailable, "the connection was closed")) } }

    // MARK: - How it runs

    private func prepared(_ statement: SQL) throws(DatabaseError) -> Request.Content {
        let (text, parameters) = statement.rendered
        for (index, parameter) in parameters.enumerated() where !parameter.isBinary && parameter.bytes?.contains(0) == true {
            throw DatabaseError(
                .value, "the text of $\(index + 1) contains a NUL character, which the database cannot keep", statement: text)
        }
        return .prepared(StatementCache.Key(text: text, types: parameters.map(\.type)), parameters)
    }

    private func run(_ content: Request.Content, limit: Duration?, isCancellable: Bool = true) async throws -> QueryResult {
        let request = Request(content, limit: limit)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                change { state in
                    request.continuation = continuation
                    state.submit(request)
                }
            }
        } onCancel: {
            if isCancellable { cancel(request) }
        }
    }

    private func cancel(_ request: Request) {
        if let handle = change({ $0.cancel(request) }) { send(handle) }
    }

    /// On a thread of its own, for libpq waits for the server.
    private func send(_ handle: CancelHandle) {
        do {
            try OwnThread.start("berth-pg-cancel", stackSizeBytes: 512 << 10) { [self] in
                handle.send()
                change { $0.cancelArrived() }
            }
        } catch {
            handle.free()
            change { $0.lose(DatabaseError(.unavailable, "a statement cannot be cancelled: \(error)")) }
        }
    }

    /// Changes the state, and tells what came of it when the lock is free again.
    @discardableResult
    private func change<T: Sendable>(_ body: (inout ConnectionState) -> T) -> T {
        let (value, events) = state.withLock { state in
            let value = body(&state)
            let events = state.events
            state.events = ConnectionState.Events()
            return (value, events)
        }
        for notification in events.notifications { onNotification?(notification) }
        for (request, outcome) in events.finished { request.resume(outcome) }
        if let lost = events.lost { onEnd?(lost) }
        return value
    }

    func socketIsReady() { change { $0.receive() } }
    func check(now: UInt64) {
        if let handle = change({ $0.check(now: now) }) { send(handle) }
    }
}
