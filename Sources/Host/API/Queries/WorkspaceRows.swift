import APITypes
import HostAccess
import Postgres
import Scalars

/// Workspaces as clients see them, each with its latest build.
enum WorkspaceRows {
    /// Where workspaces are found; conditions may name these tables: `w` workspace, `u` owner, `t` template, `o` organization, `b` latest
    /// build, `j` its job.
    static let tables: SQL = """
        workspaces w join users u on u.id = w.owner_id join templates t on t.id = w.template_id join organizations o on o.id = w.organization_id
        join lateral (select * from workspace_builds x where x.workspace_id = w.id order by x.number desc limit 1) b on true
        join provisioner_jobs j on j.id = b.job_id
        """

    /// - Parameter viewer: whose favourites come first.
    static func find(
        _ condition: SQL, page: (limit: Int, offset: Int) = (1, 0), viewer: UUID, _ database: some Database
    ) async throws -> [Workspace] {
        let rows = try await database.query(
            """
            select w.*, u.username as owner_name, u.avatar_url as owner_avatar_url, o.name as organization_name, t.name as template_name,
                t.display_name as template_display_name, t.icon as template_icon, t.allow_user_cancel_jobs, t.active_version_id,
                t.require_active_version, b.id as build_id, b.template_version_id as build_version_id,
                exists (select from favorite_workspaces f where f.workspace_id = w.id and f.user_id = \(viewer)) as favorite
            from \(tables) where (\(condition))
            order by favorite desc, lower(u.username), lower(w.name) limit \(page.limit) offset \(page.offset)
            """)
        let ids: [UUID] = try rows.map { try $0["build_id"] }
        let builds = try await BuildRows.find("b.id = any(\(ids))", page: (max(1, ids.count), 0), database)
        let byID = Dictionary(builds.map { ($0.id, $0) }) { $1 }
        return try rows.compactMap { row in try byID[try row["build_id"]].map { try read(row, $0) } }
    }

    private static func read(_ row: Row, _ build: WorkspaceBuild) throws -> Workspace {
        let ttl: Int64? = try row["ttl_seconds"]
        let (active, built): (UUID, UUID) = (try row["active_version_id"], try row["build_version_id"])
        let failing = build.resources.flatMap(\.agents).filter { !$0.health.healthy && build.transition == .start }
        return Workspace(
            id: try row["id"], createdAt: try row["created_at"], updatedAt: try row["updated_at"], ownerID: try row["owner_id"],
            ownerName: try row["owner_name"], ownerAvatarURL: try row["owner_avatar_url"], organizationID: try row["organization_id"],
            organizationName: try row["organization_name"], templateID: try row["template_id"], templateName: try row["template_name"],
            templateDisplayName: try row["template_display_name"], templateIcon: try row["template_icon"],
            templateAllowUserCancelWorkspaceJobs: try row["allow_user_cancel_jobs"], templateActiveVersionID: active,
            templateRequireActiveVersion: try row["require_active_version"], latestBuild: build, outdated: active != built,
            name: try row["name"], autostartSchedule: try row["autostart_schedule"], ttlMs: ttl.map { $0 * 1000 },
            lastUsedAt: try row["last_used_at"], deletingAt: try row["deleting_at"], dormantAt: try row["dormant_at"],
            nextStartAt: try row["next_start_at"],
            health: WorkspaceHealth(healthy: failing.isEmpty, failingAgents: failing.map(\.id)),
            automaticUpdates: AutomaticUpdates(rawValue: try row["automatic_updates"]) ?? .never, favorite: try row["favorite"])
    }

    /// The workspace that a path means by its identifier, if whoever asks may do this to it.
    static func named(_ scope: RequestScope, _ action: Action, _ database: some Database) async throws -> Workspace {
        let id = try scope.uuid("workspace")
        let withDeleted = try scope.query.flag("include_deleted") ?? false
        return try await only("w.id = \(id) and (\(withDeleted) or not w.deleted)", scope, action, database)
    }

    static func only(_ condition: SQL, _ scope: RequestScope, _ action: Action, _ database: some Database) async throws -> Workspace {
        guard let found = try await find(condition, viewer: scope.actor().id, database).first else {
            scope.checked()
            throw APIError.notFound
        }
        try scope.require(action, object(found))
        return found
    }

    /// For asking what may be done to it.
    static func object(_ workspace: Workspace) -> Object {
        Object(.workspace, organization: workspace.organizationID, owner: workspace.ownerID)
    }

    /// Which ones somebody may see, as a condition; what ``Policy`` says, for a database.
    static func visible(to actor: HostAccess.Actor) -> SQL {
        if actor.can(.read, Object(.workspace)) { return "true" }
        let organizations = actor.organizations.keys.filter { actor.can(.read, Object(.workspace, organization: $0)) }
        let members = actor.organizations.keys.filter { actor.can(.read, Object(.workspace, organization: $0, owner: actor.id)) }
        return
            "(w.organization_id = any(\(Array(organizations))) or w.owner_id = \(actor.id) and w.organization_id = any(\(Array(members))))"
    }
}
