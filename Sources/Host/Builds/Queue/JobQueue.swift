import HostStore
import JSON
package import Postgres
package import Scalars

/// Puts jobs into the queue, and asks for their end.
package enum JobQueue {
    /// A build that somebody wants.
    package struct NewBuild: Sendable {
        package var workspace: UUID
        package var version: UUID
        package var transition: Transition
        package var initiator: UUID
        package var reason = "initiator"
        package var parameters: [String: String] = [:]
        package var preset: UUID?
        package var logLevel = ""
        /// Forget what exists instead of removing it.
        package var isOrphan = false
        package var tags: [String: String] = [:]

        package init(workspace: UUID, version: UUID, transition: Transition, initiator: UUID) {
            self.workspace = workspace
            self.version = version
            self.transition = transition
            self.initiator = initiator
        }
    }

    /// A job that was queued, and what it is for.
    package struct Queued: Sendable {
        package var job: UUID
        /// The build.
        package var id: UUID
        package var number: Int
    }

    /// Queues a build of a workspace, together with whatever else the transaction does.
    ///
    /// - Throws: ``BuildError`` with code `conflict` if the workspace has a build that is not completed.
    package static func enqueue(_ build: NewBuild, in transaction: Transaction) async throws -> Queued {
        // Whoever wants to build the same workspace waits here.
        guard
            let workspace = try await transaction.first(
                "select organization_id, template_id from workspaces where id = \(build.workspace) and not deleted for update")
        else { throw BuildError(.notFound, "there is no workspace \(build.workspace)") }
        let unfinished = try await transaction.first(
            """
            select from workspace_builds b join provisioner_jobs j on j.id = b.job_id
            where b.workspace_id = \(build.workspace) and j.completed_at is null
            """)
        guard unfinished == nil else {
            throw BuildError(.conflict, "the workspace has a build that is not completed; wait for its end, or cancel it")
        }
        guard
            let version = try await transaction.first(
                """
                select j.file_id, v.plugin from template_versions v join provisioner_jobs j on j.id = v.job_id
                where v.id = \(build.version) and j.completed_at is not null and j.error is null and j.canceled_at is null
                """)
        else { throw BuildError(.version, "template version \(build.version) was not imported with success") }
        let (job, id) = (UUID.ordered(), UUID.ordered())
        let organization: UUID = try workspace["organization_id"]
        let file: UUID = try version["file_id"]
        let plugin: String? = try version["plugin"]
        try await insert(
            job, kind: "workspace_build", organization, build.initiator, file, plugin, ["workspace_build_id": .string(id.description)], build.tags,
            in: transaction)
        let number: Int = try await transaction.value(
            """
            insert into workspace_builds
                (id, workspace_id, template_version_id, number, transition, reason, initiator_id, job_id, preset_id, parameters, log_level, orphan)
            select \(id), \(build.workspace), \(build.version), coalesce(max(number), 0) + 1, \(build.transition), \(build.reason),
                \(build.initiator), \(job), \(build.preset), \(JSONValue.object(build.parameters.mapValues { .string($0) })), \(build.logLevel),
                \(build.isOrphan)
            from workspace_builds where workspace_id = \(build.workspace)
            returning number::bigint
            """)
        try await transaction.notify(.workspaceChanged, build.workspace.description)
        return Queued(job: job, id: id, number: number)
    }

    /// Queues the import of a template version whose row the caller inserts with this job in the same transaction.
    ///
    /// - Returns: the job.
    package static func enqueueImport(
        version: UUID, organization: UUID, initiator: UUID, file: UUID, plugin: String? = nil, tags: [String: String] = [:],
        in transaction: Transaction
    ) async throws -> UUID {
        let job = UUID.ordered()
        try await insert(
            job, kind: "template_version_import", organization, initiator, file, plugin, ["template_version_id": .string(version.description)],
            tags, in: transaction)
        return job
    }

    /// Queues a plan of a template version for nobody, to see what it would make.
    package static func enqueueDryRun(
        version: UUID, parameters: [String: String], workspaceName: String, initiator: UUID, tags: [String: String] = [:], in transaction: Transaction
    ) async throws -> UUID {
        guard
            let row = try await transaction.first(
                """
                select v.organization_id, j.file_id, v.plugin from template_versions v join provisioner_jobs j on j.id = v.job_id
                where v.id = \(version) and j.completed_at is not null and j.error is null and j.canceled_at is null
                """)
        else { throw BuildError(.version, "template version \(version) was not imported with success") }
        let job = UUID.ordered()
        let input: JSONValue = [
            "template_version_id": .string(version.description), "workspace_name": .string(workspaceName),
            "parameters": .object(parameters.mapValues { .string($0) }),
        ]
        try await insert(
            job, kind: "template_version_dry_run", try row["organization_id"], initiator, try row["file_id"], try row["plugin"], input, tags,
            in: transaction)
        return job
    }

    /// Asks for the end of a job: a queued one is completed, a running one is told.
    ///
    /// - Returns: whether there was something to end.
    package static func cancel(_ job: UUID, in transaction: Transaction) async throws -> Bool {
        let row = try await transaction.first(
            """
            update provisioner_jobs set canceled_at = coalesce(canceled_at, now()), updated_at = now(),
                completed_at = case when started_at is null then now() end
            where id = \(job) and completed_at is null
            returning completed_at is null as runs
            """)
        guard let row else { return false }
        if try row["runs"] { try await transaction.notify(.jobCancelled, job.description) }
        try await transaction.notify(.jobChanged, job.description)
        return true
    }

    private static func insert(
        _ job: UUID, kind: String, _ organization: UUID, _ initiator: UUID, _ file: UUID, _ plugin: String?, _ input: JSONValue,
        _ tags: [String: String], in transaction: Transaction
    ) async throws {
        try await transaction.query(
            """
            insert into provisioner_jobs (id, organization_id, initiator_id, kind, file_id, input, tags, plugin)
            values (\(job), \(organization), \(initiator), \(kind), \(file), \(input), \(JSONValue.object(tags.mapValues { .string($0) })), \(plugin))
            """)
        try await transaction.notify(.jobsQueued)
    }
}

/// What a build does with its workspace.
package enum Transition: String, Sendable, DatabaseValue {
    case start, stop, delete
}
