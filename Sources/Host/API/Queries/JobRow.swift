import JSON
import Postgres
import Scalars

/// Jobs as clients see them, and their logs.
enum JobRow {
    /// What ``read(_:)`` reads, of the table `provisioner_jobs` called `j`.
    static let columns: SQL = """
        j.id as job_id, j.created_at as job_created_at, j.started_at as job_started_at, j.completed_at as job_completed_at,
        j.canceled_at as job_canceled_at, j.error as job_error, j.server_id as job_server_id, j.file_id as job_file_id, j.tags as job_tags,
        j.organization_id as job_organization_id, j.initiator_id as job_initiator_id, j.kind as job_kind, j.input as job_input,
        j.logs_overflowed as job_logs_overflowed,
        case when j.started_at is null and j.completed_at is null then (select count(*) from provisioner_jobs q
            where q.started_at is null and q.completed_at is null and (q.created_at, q.id) <= (j.created_at, j.id)) else 0 end as job_position,
        case when j.started_at is null and j.completed_at is null then (select count(*) from provisioner_jobs q
            where q.started_at is null and q.completed_at is null) else 0 end as job_queue
        """

    static func read(_ row: Row) throws -> ProvisionerJob {
        let (started, completed, canceled): (Timestamp?, Timestamp?, Timestamp?) = (
            try row["job_started_at"], try row["job_completed_at"], try row["job_canceled_at"]
        )
        let error: String? = try row["job_error"]
        let (input, tags): (JSONValue, JSONValue) = (try row["job_input"], try row["job_tags"])
        func id(_ name: String) -> UUID? { input[name]?.stringValue.flatMap { UUID($0) } }
        return ProvisionerJob(
            id: try row["job_id"], createdAt: try row["job_created_at"], startedAt: started, completedAt: completed, canceledAt: canceled,
            error: error, status: state(started != nil, completed != nil, canceled != nil, error != nil),
            workerID: try row["job_server_id"],
            fileID: try row["job_file_id"], tags: (tags.objectValue ?? [:]).compactMapValues(\.stringValue),
            queuePosition: try row["job_position"],
            queueSize: try row["job_queue"], organizationID: try row["job_organization_id"], initiatorID: try row["job_initiator_id"],
            input: ProvisionerJobInput(templateVersionID: id("template_version_id"), workspaceBuildID: id("workspace_build_id")),
            type: JobKind(rawValue: try row["job_kind"]) ?? .workspaceBuild, logsOverflowed: try row["job_logs_overflowed"])
    }

    private static func state(_ isStarted: Bool, _ isCompleted: Bool, _ isCanceled: Bool, _ hasError: Bool) -> JobState {
        if isCompleted { return hasError ? .failed : isCanceled ? .canceled : .succeeded }
        if isCanceled { return isStarted ? .canceling : .canceled }
        return isStarted ? .running : .pending
    }

    /// Some lines after one, in order.
    static func logs(_ job: UUID, after: Int64, before: Int64? = nil, limit: Int, _ database: some Database) async throws
        -> [ProvisionerJobLog]
    {
        try await database.query(
            """
            select id, created_at, source, level, stage, output from provisioner_job_logs
            where job_id = \(job) and id > \(after) and id < \(before ?? .max) order by id limit \(limit)
            """
        ).map { row in
            ProvisionerJobLog(
                id: try row["id"], createdAt: try row["created_at"], logSource: try row["source"], logLevel: try row["level"],
                stage: try row["stage"], output: try row["output"])
        }
    }
}
