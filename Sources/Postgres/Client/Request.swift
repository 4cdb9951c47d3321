import Scalars
/// A statement on its way through one connection. Touched only with the connection locked.
final class Request: @unchecked Sendable {
    /// How it is sent.
    enum Content {
        case prepared(StatementCache.Key, [SQLParameter])
        /// One or several statements without parameters.
        case script(String)
    }

    /// What the server is doing for it. Each step ends with libpq's last result of it.
    enum Step {
        /// Nothing has been sent.
        case waiting
        /// A statement that was used long ago is given up.
        case makingRoom
        case preparing(name: String)
        case executing
    }

    let content: Content
    /// How long the server has, in nanoseconds, if there is a limit.
    let limit: UInt64?
    var step = Step.waiting
    /// When the connection is given up, on the monotonic clock.
    var deadline: UInt64?
    var isCancelled = false
    /// Whether it was prepared anew, because what was prepared is not valid any more.
    var isSecondTry = false
    /// Whether the server has been asked to cancel it.
    var cancelWasSent = false
    var result: Result<QueryResult, DatabaseError>?
    var continuation: CheckedContinuation<QueryResult, any Error>?

    init(_ content: Content, limit: Duration?) {
        self.content = content
        self.limit = limit.map { UInt64(clamping: $0.wholeMicroseconds) &* 1000 }
    }

    var text: String {
        switch content {
        case .prepared(let key, _): key.text
        case .script(let text): text
        }
    }

    /// What is told to whoever waits; to be called without the lock.
    func resume(_ outcome: Result<QueryResult, any Error>) {
        continuation?.resume(with: outcome)
        continuation = nil
    }

    private func timeout(_ error: DatabaseError) -> DatabaseError {
        var error = error
        error.code = .timeout
        return error
    }

    var outcome: Result<QueryResult, any Error> {
        switch result {
        case .success(let result): .success(result)
        case _ where isCancelled: .failure(CancellationError())
        case .failure(let error) where error.sqlState == .queryCancelled:
            .failure(timeout(error))
        case .failure(let error): .failure(error)
        case nil: .failure(DatabaseError(.unavailable, "the server gave no answer", statement: text))
        }
    }
}
