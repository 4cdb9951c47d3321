package import Postgres

/// What a deployment knows, in its database.
///
/// Rooms above put their statements into extensions of it, each in its own target: `Store+Users.swift`, … A statement that must
/// not be half done is a transaction; who else has to hear of a change is told by `NOTIFY` in the same transaction.
package struct Store: Sendable {
    package let pool: ConnectionPool

    package init(_ pool: ConnectionPool) { self.pool = pool }
}

extension Database {
    /// Tells all servers of the deployment, once the transaction is over.
    package func notify(_ channel: Schema.Channel, _ payload: String = "") async throws {
        try await execute("select pg_notify(\(channel.rawValue), \(payload))")
    }
}
