import CPQ
import CShims

/// What goes on on one connection. Every change is made with the connection locked, and leaves in ``events`` what is to be told
/// to others without the lock.
struct ConnectionState {
    /// What others are to be told.
    struct Events {
        var finished: [(Request, Result<QueryResult, any Error>)] = []
        var notifications: [Notification] = []
        var lost: DatabaseError?
    }

    private let handle: PGHandle
    private let watcher: SocketWatcher
    private var watch: UInt64 = 0
    private var isWriting = false
    private var statements: StatementCache
    private var current: Request?
    private var waiting: [Request] = []
    /// Requests to cancel that are on their way to the server. Until they have arrived nothing new is sent, which they could hit.
    private var cancelCount = 0
    /// Why it is closed, once it is.
    private(set) var end: DatabaseError?
    var events = Events()

    static let waitingCountMax = 100
    /// A server that had not yet read the statement was idle, and ignored that it was to cancel; so it is told again.
    private static let cancelInterval: UInt64 = 500_000_000
    private var cancelAgainAt: UInt64 = 0
    /// How long the server may take to cancel.
    private static let cancelLimit: UInt64 = 10_000_000_000

    init(_ handle: PGHandle, _ watcher: SocketWatcher, preparedMax: Int) {
        self.handle = handle
        self.watcher = watcher
        statements = StatementCache(countMax: preparedMax)
    }

    private var connection: OpaquePointer { handle.connection }

    /// Whether nothing is going on, and no transaction is open.
    var isIdle: Bool { end == nil && current == nil && waiting.isEmpty && PQtransactionStatus(connection) == PQTRANS_IDLE }

    var serverProcess: Int32 { end == nil ? PQbackendPID(connection) : 0 }
    var serverVersion: Int32 { end == nil ? PQserverVersion(connection) : 0 }

    mutating func begin(_ client: any SocketWatcher.Client) throws(DatabaseError) {
        watch = try watcher.add(client, socket: PQsocket(connection))
    }

    // MARK: - Requests

    mutating func submit(_ request: Request) {
        if request.isCancelled {
            finish(request)
        } else if let end {
            request.result = .failure(end)
            finish(request)
        } else if waiting.count >= Self.waitingCountMax {
            request.result = .failure(
                DatabaseError(.unavailable, "\(waiting.count) statements wait for one connection", statement: request.text))
            finish(request)
        } else {
            waiting.append(request)
            startNext()
        }
    }

    /// - Returns: what has to be called, where it may block, to cancel it on the server.
    mutating func cancel(_ request: Request) -> CancelHandle? {
        request.isCancelled = true
        if let place = waiting.firstIndex(where: { $0 === request }) {
            finish(waiting.remove(at: place))
        } else if current === request, !request.cancelWasSent, let cancel = PQgetCancel(connection) {
            request.cancelWasSent = true
            request.deadline = min(request.deadline ?? .max, cshims_monotonic_ns() + Self.cancelLimit)
            return send(cancel)
        }
        return nil
    }

    private mutating func send(_ cancel: OpaquePointer) -> CancelHandle {
        cancelCount += 1
        cancelAgainAt = cshims_monotonic_ns() + Self.cancelInterval
        return CancelHandle(cancel: cancel)
    }

    mutating func cancelArrived() {
        cancelCount -= 1
        startNext()
    }

    private mutating func startNext() {
        guard end == nil, current == nil, cancelCount == 0, !waiting.isEmpty else { return }
        let request = waiting.removeFirst()
        current = request
        request.deadline = request.limit.map { cshims_monotonic_ns() &+ $0 }
        send(request)
    }

    private mutating func finish(_ request: Request) { events.finished.append((request, request.outcome)) }

    private mutating func finishCurrent() {
        guard let request = current else { return }
        current = nil
        finish(request)
        startNext()
    }

    // MARK: - Sending

    private mutating func send(_ request: Request) {
        switch request.content {
        case .script(let text):
            request.step = .executing
            sent(PQsendQuery(connection, text), request)
        case .prepared(let key, let parameters):
            if let name = statements.name(of: key) {
                request.step = .executing
                sent(execute(name, parameters), request)
            } else if let old = statements.makeRoom() {
                giveUp(old, request)
            } else {
                let name = statements.newName()
                request.step = .preparing(name: name)
                sent(PQsendPrepare(connection, name, key.text, Int32(clamping: key.types.count), key.types), request)
            }
        }
    }

    private mutating func giveUp(_ name: String, _ request: Request) {
        request.step = .makingRoom
        sent(PQsendQuery(connection, "deallocate \(name)"), request)
    }

    private func execute(_ name: String, _ parameters: [SQLParameter]) -> Int32 {
        // All values in one buffer, which a NUL ends for those that travel as text.
        var buffer: [UInt8] = []
        for parameter in parameters {
            buffer += parameter.bytes ?? []
            buffer.append(0)
        }
        return buffer.withUnsafeBufferPointer { buffer in
            var place = 0
            let values = parameters.map { parameter -> UnsafePointer<CChar>? in
                defer { place += (parameter.bytes?.count ?? 0) + 1 }
                guard parameter.bytes != nil, let start = buffer.baseAddress else { return nil }
                return UnsafeRawPointer(start + place).assumingMemoryBound(to: CChar.self)
            }
            return PQsendQueryPrepared(
                connection, name, Int32(clamping: parameters.count), values, parameters.map { Int32(clamping: $0.bytes?.count ?? 0) },
                parameters.map { $0.isBinary ? 1 : 0 }, 1)
        }
    }

    private mutating func sent(_ status: Int32, _ request: Request) {
        if status == 1 {
            flush()
        } else if PQstatus(connection) == CONNECTION_BAD {
            lose(handle.failure("the connection to the database was lost"))
        } else {
            var error = handle.failure("cannot send the statement")
            error.code = .value
            request.result = .failure(error)
            finishCurrent()
        }
    }

    private mutating func flush() {
        let left = PQflush(connection)
        guard left >= 0 else { return }  // reading finds out why, and what the server last said
        guard isWriting != (left == 1) else { return }
        isWriting = left == 1
        watcher.setWriting(isWriting, socket: PQsocket(connection), id: watch)
    }

    // MARK: - Receiving

    /// Takes what the server has sent.
    mutating func receive() {
        guard end == nil else { return }
        let isAlive = PQconsumeInput(connection) == 1
        if isAlive { flush() }
        while let request = current, PQisBusy(connection) == 0 {
            if let result = PQgetResult(connection) { take(result, request) } else { endStep(request) }
            if end != nil { return }
        }
        while let message = PQnotifies(connection) {
            events.notifications.append(
                Notification(channel: String(cString: message.pointee.relname), payload: String(cString: message.pointee.extra)))
            PQfreemem(message)
        }
        if !isAlive { lose(handle.failure("the connection to the database was lost")) }
    }

    private mutating func take(_ result: OpaquePointer, _ request: Request) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            let result = QueryResult(result, statement: DatabaseError.excerpt(request.text))
            if case .failure = request.result { return }
            request.result = .success(result)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            lose(DatabaseError(.refused, "COPY is not supported here", statement: request.text))
        default:
            defer { PQclear(result) }
            if case .failure = request.result { return }
            request.result = .failure(PGHandle.error(result, statement: request.text))
        }
    }

    private mutating func endStep(_ request: Request) {
        if case .failure(let error) = request.result {
            if !prepareAnew(request, after: error) { finishCurrent() }
            if error.sqlState?.endsConnection == true { lose(error) }
            return
        }
        switch (request.step, request.content) {
        case (.makingRoom, _): again(request)
        case (.preparing(let name), .prepared(let key, _)):
            statements.insert(key, name: name)
            again(request)
        default: finishCurrent()
        }
    }

    private mutating func again(_ request: Request) {
        request.result = nil
        // The server has cancelled nothing if it was between two steps.
        if request.isCancelled { finishCurrent() } else { send(request) }
    }

    /// A table may have changed, or somebody has discarded what was prepared: outside a transaction that is put right unseen.
    private mutating func prepareAnew(_ request: Request, after error: DatabaseError) -> Bool {
        guard error.sqlState == .featureNotSupported || error.sqlState == .invalidStatementName,
            case .prepared(let key, _) = request.content, let name = statements.remove(key)
        else { return false }
        guard !request.isSecondTry, PQtransactionStatus(connection) == PQTRANS_IDLE else { return false }
        request.isSecondTry = true
        request.result = nil
        if error.sqlState == .featureNotSupported { giveUp(name, request) } else { send(request) }
        return true
    }

    // MARK: - The end

    /// Looks for what has taken too long.
    ///
    /// - Returns: as ``cancel(_:)``.
    mutating func check(now: UInt64) -> CancelHandle? {
        guard let request = current else { return nil }
        if let deadline = request.deadline, deadline < now {
            lose(DatabaseError(.unavailable, "the database gave no answer in time"))
        } else if request.cancelWasSent, cancelCount == 0, cancelAgainAt < now, let cancel = PQgetCancel(connection) {
            return send(cancel)
        }
        return nil
    }

    /// Ends the connection; whoever waits is told why.
    mutating func lose(_ error: DatabaseError) {
        guard end == nil else { return }
        end = error
        events.lost = error
        watcher.remove(socket: PQsocket(connection), id: watch)
        if let request = current {
            if request.result == nil {
                var error = error
                error.mayHaveHappened = true
                error.statement = DatabaseError.excerpt(request.text)
                request.result = .failure(error)
            }
            finish(request)
        }
        for request in waiting {
            request.result = .failure(error)
            finish(request)
        }
        current = nil
        waiting = []
        handle.finish()
    }
}

/// What cancels the statement that runs on a connection.
struct CancelHandle: @unchecked Sendable {
    // libpq made it a copy of its own of what it needs; one thread uses it and frees it.
    let cancel: OpaquePointer

    /// Returns when the server has taken note, or cannot be reached.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &message, Int32(message.count))  // if it fails, the deadline of the statement ends the connection
        free()
    }

    func free() { PQfreeCancel(cancel) }
}
