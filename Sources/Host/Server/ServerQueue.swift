import HTTPTypes
import HostAPI
import HostBuilds
import Postgres
import Scalars

/// The queue of jobs as routes know it.
struct ServerQueue: BuildQueue {
    func enqueue(_ build: NewBuild, in transaction: Transaction) async throws -> UUID {
        guard let transition = Transition(rawValue: build.transition) else {
            throw APIError.invalid("transition", "must be start, stop or delete")
        }
        var wanted = JobQueue.NewBuild(
            workspace: build.workspace, version: build.version, transition: transition, initiator: build.initiator)
        wanted.reason = build.reason
        wanted.parameters = build.parameters
        wanted.preset = build.preset
        wanted.logLevel = build.logLevel
        wanted.isOrphan = build.isOrphan
        do {
            return try await JobQueue.enqueue(wanted, in: transaction).id
        } catch let error as BuildError {
            throw Self.answer(error)
        }
    }

    func enqueueImport(
        version: UUID, organization: UUID, initiator: UUID, file: UUID, tags: [String: String], in transaction: Transaction
    ) async throws -> UUID {
        try await JobQueue.enqueueImport(
            version: version, organization: organization, initiator: initiator, file: file, tags: tags, in: transaction)
    }

    func cancel(_ job: UUID, in transaction: Transaction) async throws -> Bool { try await JobQueue.cancel(job, in: transaction) }

    private static func answer(_ error: BuildError) -> APIError {
        switch error.code {
        case .conflict: APIError(.conflict, "A workspace build is already active.", detail: error.message)
        case .notFound: .notFound
        default: APIError(.badRequest, error.message)
        }
    }
}
