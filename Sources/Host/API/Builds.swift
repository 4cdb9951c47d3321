package import Postgres
package import Scalars

/// Puts jobs into the queue. The room of builds does it; this is what routes know of it.
package protocol BuildQueue: Sendable {
    /// Queues a build within a transaction; the identifier of the build.
    ///
    /// - Throws: ``APIError`` with status 409 if the workspace has a build that is not completed.
    func enqueue(_ build: NewBuild, in transaction: Transaction) async throws -> UUID

    /// Queues the import of a version whose row is inserted in the same transaction; the identifier of the job.
    func enqueueImport(
        version: UUID, organization: UUID, initiator: UUID, file: UUID, tags: [String: String], in transaction: Transaction
    ) async throws -> UUID

    /// Asks for the end of a job; whether there was something to end.
    func cancel(_ job: UUID, in transaction: Transaction) async throws -> Bool
}

/// A build that somebody wants.
package struct NewBuild: Sendable {
    package var workspace: UUID
    package var version: UUID
    /// `start`, `stop` or `delete`.
    package var transition: String
    package var initiator: UUID
    package var reason = "initiator"
    package var parameters: [String: String] = [:]
    package var preset: UUID?
    package var logLevel = ""
    /// Forget what exists instead of removing it.
    package var isOrphan = false
}
