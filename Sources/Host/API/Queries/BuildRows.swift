import APITypes
import JSON
import Postgres
import Scalars

/// Builds of workspaces as clients see them.
enum BuildRows {
    static func find(
        _ condition: SQL, order: SQL = "b.number desc", page: (limit: Int, offset: Int) = (1, 0), _ database: some Database
    ) async throws -> [WorkspaceBuild] {
        let rows = try await database.query(
            """
            select b.id, b.created_at, b.updated_at, b.workspace_id, b.template_version_id, b.number, b.transition, b.reason, b.initiator_id,
                b.preset_id, b.deadline, b.max_deadline, b.daily_cost, w.name as workspace_name, w.owner_id, o.username as owner_name,
                o.avatar_url as owner_avatar_url, v.name as version_name, i.username as initiator_name, \(JobRow.columns)
            from workspace_builds b join workspaces w on w.id = b.workspace_id join users o on o.id = w.owner_id
                join template_versions v on v.id = b.template_version_id join users i on i.id = b.initiator_id
                join provisioner_jobs j on j.id = b.job_id
            where (\(condition)) order by \(order) limit \(page.limit) offset \(page.offset)
            """)
        var builds = try rows.map { try read($0) }
        let resources = try await ResourceRows.load(jobs: builds.map(\.job.id), database)
        for index in builds.indices { builds[index].resources = resources[builds[index].job.id] ?? [] }
        return builds
    }

    private static func read(_ row: Row) throws -> WorkspaceBuild {
        let job = try JobRow.read(row)
        let transition = WorkspaceTransition(rawValue: try row["transition"]) ?? .start
        return WorkspaceBuild(
            id: try row["id"], createdAt: try row["created_at"], updatedAt: try row["updated_at"], workspaceID: try row["workspace_id"],
            workspaceName: try row["workspace_name"], workspaceOwnerID: try row["owner_id"], workspaceOwnerName: try row["owner_name"],
            workspaceOwnerAvatarURL: try row["owner_avatar_url"], templateVersionID: try row["template_version_id"],
            templateVersionName: try row["version_name"], templateVersionPresetID: try row["preset_id"], buildNumber: try row["number"],
            transition: transition, initiatorID: try row["initiator_id"], initiatorName: try row["initiator_name"], job: job,
            reason: try row["reason"], resources: [], deadline: try row["deadline"], maxDeadline: try row["max_deadline"],
            status: WorkspaceStatus(transition, job.status), dailyCost: try row["daily_cost"])
    }

    /// Of a build: name → value.
    static func parameters(_ build: UUID, _ database: some Database) async throws -> [String: String] {
        let json: JSONValue? = try await database.first("select parameters from workspace_builds where id = \(build)").map {
            try $0["parameters"]
        }
        return (json?.objectValue ?? [:]).compactMapValues(\.stringValue)
    }
}
