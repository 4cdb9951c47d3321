import Scalars
/// A transaction that is open. It is over when the function it was given to returns.
package struct Transaction: Database {
    let connection: Connection

    @discardableResult
    package func query(_ statement: SQL) async throws -> Rows { try await connection.query(statement) }

    /// Carries out several statements that take no values, within this transaction.
    package func script(_ text: String) async throws { try await connection.script(text) }

    /// From here on statements of this transaction may take so long; never longer than the limit of the connection.
    package func limitStatements(to limit: Duration) async throws {
        try await connection.script("set local statement_timeout = \(limit.wholeMilliseconds)")
    }
}

/// What transactions see of each other.
package enum Isolation: String, Sendable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable = "serializable"
}

extension ConnectionPool {
    /// How often a transaction is tried that the server gave up for the sake of another.
    package static let transactionAttemptsMax = 6

    /// Runs the function in a transaction, which is committed when it returns and undone when it throws.
    ///
    /// If the server ends the transaction because it met another (40001, 40P01), the function runs again, up to
    /// ``transactionAttemptsMax`` times in all: it must not do anything outside of the transaction that cannot be repeated.
    /// - Throws: what the function throws; ``DatabaseError``, with `mayHaveHappened` if the connection was lost during the commit;
    ///   `CancellationError`.
    @discardableResult
    package func withTransaction<T: Sendable>(
        isolation: Isolation = .readCommitted, isReadOnly: Bool = false, _ body: (Transaction) async throws -> T
    ) async throws -> T {
        for attempt in 1... {
            do {
                return try await withConnection { connection in
                    try await connection.withTransaction(isolation: isolation, isReadOnly: isReadOnly, body)
                }
            } catch let error as DatabaseError where error.sqlState?.isWorthRetrying == true && attempt < Self.transactionAttemptsMax {
                try await Task.sleep(for: Backoff(min: .milliseconds(2), max: .milliseconds(200)).delay(afterFailures: attempt))
            }
        }
        preconditionFailure("the loop above ends by itself")
    }
}

extension Connection {
    /// Runs the function in a transaction, once. Nothing else may use this connection meanwhile.
    @discardableResult
    package func withTransaction<T: Sendable>(
        isolation: Isolation = .readCommitted, isReadOnly: Bool = false, _ body: (Transaction) async throws -> T
    ) async throws -> T {
        let result: T
        do {
            try await script("begin isolation level \(isolation.rawValue)\(isReadOnly ? " read only" : "")")
            result = try await body(Transaction(connection: self))
            try Task.checkCancellation()
        } catch {
            do {
                try await scriptToTheEnd("rollback")
            } catch {
                close()  // a transaction that cannot be undone ends with its connection
            }
            throw error
        }
        // Once it is sent there is no way back, so it is not cancelled.
        guard try await scriptToTheEnd("commit") == "COMMIT" else {
            throw DatabaseError(.refused, "the transaction was undone, because a statement in it had failed")
        }
        return result
    }
}
