import HostStore
import Postgres
package import Scalars

/// Which agent a token belongs to, and whose workspace that is.
package struct AgentIdentity: Sendable, Hashable {
    package var id: UUID
    package var name: String
    package var workspaceID: UUID
    package var workspaceName: String
    package var organizationID: UUID
    package var ownerID: UUID
    package var ownerName: String
}

extension Store {
    /// The agent that has a token: of the last build that made agents, unless the workspace was stopped or deleted since.
    ///
    /// A token that several builds kept is the newest one's. Nil if nobody has it, or nobody any more.
    func agent(token: String) async throws -> AgentIdentity? {
        let row = try await pool.first(
            """
            select a.id, a.name, w.id as workspace_id, w.name as workspace_name, w.organization_id, w.owner_id, u.username
            from workspace_agents a
            join workspace_builds b on b.id = a.build_id
            join workspaces w on w.id = b.workspace_id
            join users u on u.id = w.owner_id
            where a.token_hash = sha256(convert_to(\(token), 'UTF8')) and not w.deleted and u.status <> 'suspended' and not exists (
                select from workspace_builds later join provisioner_jobs j on j.id = later.job_id
                where later.workspace_id = w.id and later.number > b.number and j.completed_at is not null and j.error is null
                    and j.canceled_at is null)
            order by b.number desc limit 1
            """)
        return try row.map { row in
            AgentIdentity(
                id: try row["id"], name: try row["name"], workspaceID: try row["workspace_id"], workspaceName: try row["workspace_name"],
                organizationID: try row["organization_id"], ownerID: try row["owner_id"], ownerName: try row["username"])
        }
    }
}
