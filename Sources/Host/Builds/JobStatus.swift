package import Postgres
package import Scalars

/// Where a job is, why it is not ready, and what to do next.
package struct JobStatus: Sendable, Equatable {
    package enum State: String, Sendable { case pending, running, succeeded, canceling, canceled, failed }

    package var state: State
    /// For programs; empty if it succeeded.
    package var code: String
    /// A sentence for people.
    package var sentence: String
    /// What they can do about it.
    package var nextAction: String
    /// How many queued jobs come before it, and how many are queued in all.
    package var queuePosition: Int
    package var queueSize: Int

    /// - Throws: ``BuildError`` with code `notFound`.
    package static func read(_ job: UUID, _ database: some Database) async throws -> JobStatus {
        let row = try await database.first(
            """
            select started_at is not null as started, completed_at is not null as completed, canceled_at is not null as canceled, error, error_code,
                stage, lease_expires_at < now() as lease_is_over,
                exists (select from servers s where s.seen_at > now() - interval '1 minute' and j.tags <@ s.tags) as has_server,
                (select count(*) from provisioner_jobs q where q.started_at is null and q.completed_at is null
                    and exists (select from servers s where s.seen_at > now() - interval '1 minute' and q.tags <@ s.tags)
                    and (q.created_at, q.id) < (j.created_at, j.id)) as before,
                (select count(*) from provisioner_jobs q where q.started_at is null and q.completed_at is null) as queued
            from provisioner_jobs j where id = \(job)
            """)
        guard let row else { throw BuildError(.notFound, "there is no job \(job)") }
        var status = try state(row)
        if status.state == .pending { (status.queuePosition, status.queueSize) = (try row["before"], try row["queued"]) }
        return status
    }

    private static func state(_ row: Row) throws -> JobStatus {
        let (completed, canceled): (Bool, Bool) = (try row["completed"], try row["canceled"])
        let error: String? = try row["error"]
        if completed {
            if let error {
                let code: String = try row.decode("error_code", as: String?.self) ?? BuildError.Code.failed.rawValue
                return JobStatus(.failed, code, error, nextAction(code))
            }
            return canceled
                ? JobStatus(.canceled, "job.canceled", "it was cancelled", "start it again when you want to")
                : JobStatus(.succeeded, "", "", "")
        }
        guard try row["started"] else {
            return try row["has_server"]
                ? JobStatus(.pending, "job.queued", "it waits for a server with a free place", "wait; it is started by itself")
                : JobStatus(
                    .pending, "job.no-server", "no server runs jobs with its tags", "start a server with these tags, or ask an administrator")
        }
        if canceled { return JobStatus(.canceling, "job.canceling", "its plugin is bringing it to an end", "wait") }
        let stage: String = try row["stage"]
        return try row.decode("lease_is_over", as: Bool?.self) == true
            ? JobStatus(.running, "job.server-gone", "the server that runs it is gone", "wait; another server recovers it")
            : JobStatus(.running, "job.running", stage.isEmpty ? "it begins" : "it is at \"\(stage)\"", "wait")
    }

    private init(_ state: State, _ code: String, _ sentence: String, _ nextAction: String) {
        (self.state, self.code, self.sentence, self.nextAction) = (state, code, sentence, nextAction)
        (queuePosition, queueSize) = (0, 0)
    }

    private static func nextAction(_ code: String) -> String {
        switch code {
        case BuildError.Code.lost.rawValue: "build again; it goes on from what exists"
        case BuildError.Code.version.rawValue, BuildError.Code.files.rawValue: "import the template again"
        case BuildError.Code.plugin.rawValue: "build a version for the plugin that made it, or delete the workspace"
        case "plugin.unavailable", "plugin.limit", "server.stopped", "database.unavailable": "try again later"
        default: "read the log, correct what it says, and build again"
        }
    }
}
