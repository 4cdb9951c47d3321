/// Where statements can be sent: a pool, a transaction, or one connection.
package protocol Database: Sendable {
    /// Carries a statement out and returns its rows.
    ///
    /// Cancelling the task cancels the statement on the server.
    /// - Throws: ``DatabaseError``, `CancellationError`.
    @discardableResult
    func query(_ statement: SQL) async throws -> Rows
}

extension Database {
    /// The only row, or none.
    package func first(_ statement: SQL) async throws -> Row? { try await query(statement).first }

    /// The only value of the only row.
    ///
    /// - Throws: also ``DatabaseError`` with code `value` if there is no row.
    package func value<T: DatabaseValue>(_ statement: SQL, as type: T.Type = T.self) async throws -> T {
        let rows = try await query(statement)
        guard let row = rows.first else { throw DatabaseError(.value, "there is no row", statement: rows.result.statement) }
        return try row[0]
    }

    /// Carries out what returns no rows; how many it touched.
    @discardableResult
    package func execute(_ statement: SQL) async throws -> Int { try await query(statement).affectedCount }
}

extension Database {
    /// Tells everybody who listens to the channel; in a transaction, when that is committed.
    package func notify(_ channel: String, _ payload: String = "") async throws {
        try await query("select pg_notify(\(channel)::text, \(payload)::text)")
    }
}
