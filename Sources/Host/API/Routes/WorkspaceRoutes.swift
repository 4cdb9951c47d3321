import APITypes
import HTTPTypes
import HostAccess
import HostStore
import NIOCore
import Postgres
import Scalars

/// Workspaces.
struct WorkspaceRoutes: Sendable {
    let services: Services
    private let one = "/api/v2/workspaces/{workspace}"
    private let tag = "Workspaces"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .get(
                "/api/v2/workspaces", tag, "Workspaces", .may(.read, .workspace),
                query: [.init("q"), .init("limit", "integer"), .init("offset", "integer")]
            ) { scope in try await list(scope) },
            .send(.post, "/api/v2/users/{user}/workspaces", tag, "Make a workspace", .may(.create, .workspace), status: .created) {
                scope, input in
                try await create(scope, input, organization: nil)
            },
            .send(
                .post, "/api/v2/organizations/{organization}/members/{user}/workspaces", tag, "Make a workspace in an organization",
                .may(.create, .workspace), status: .created
            ) { scope, input in try await create(scope, input, organization: try await OrganizationRoutes.named(scope, pool).id) },
            .get(
                "/api/v2/users/{user}/workspace/{workspacename}", tag, "A workspace by its name", .may(.read, .workspace),
                query: [.init("include_deleted", "boolean")]
            ) { scope in
                let owner = try await UserRow.named(scope, pool)
                let withDeleted = try scope.query.flag("include_deleted") ?? false
                return try await WorkspaceRows.only(
                    "w.owner_id = \(owner.id) and lower(w.name) = lower(\(scope.text("workspacename"))) and (\(withDeleted) or not w.deleted)",
                    scope, .read, pool)
            },
            .get(one, tag, "A workspace", .may(.read, .workspace), query: [.init("include_deleted", "boolean")]) { scope in
                try await WorkspaceRows.named(scope, .read, pool)
            },
            .change(.patch, one, tag, "Rename a workspace", .may(.update, .workspace)) { (scope, input: UpdateWorkspaceRequest) in
                let workspace = try await WorkspaceRows.named(scope, .update, pool)
                guard let name = input.name, name != workspace.name else { return }
                if let problem = NameRules.problem(name) { throw APIError.invalid("name", problem) }
                try await update(workspace, "name = \(name)")
            },
            .change(.put, "\(one)/ttl", tag, "Set for how long it runs", .may(.update, .workspace)) {
                (scope, input: UpdateWorkspaceTTLRequest) in
                let workspace = try await WorkspaceRows.named(scope, .update, pool)
                try await update(workspace, "ttl_seconds = \(try Self.ttl(input.ttlMs))")
            },
            .change(.put, "\(one)/autoupdates", tag, "Set whether it follows its template", .may(.update, .workspace)) {
                (scope, input: UpdateWorkspaceAutomaticUpdatesRequest) in
                let workspace = try await WorkspaceRows.named(scope, .update, pool)
                try await update(workspace, "automatic_updates = \(input.automaticUpdates.rawValue)")
            },
            .act(.put, "\(one)/favorite", tag, "Put it first in lists", .may(.read, .workspace)) { scope in
                let workspace = try await WorkspaceRows.named(scope, .read, pool)
                try await pool.execute(
                    "insert into favorite_workspaces (user_id, workspace_id) values (\(scope.actor().id), \(workspace.id)) on conflict do nothing"
                )
            },
            .act(.delete, "\(one)/favorite", tag, "Put it among the others in lists", .may(.read, .workspace)) { scope in
                let workspace = try await WorkspaceRows.named(scope, .read, pool)
                try await pool.execute(
                    "delete from favorite_workspaces where user_id = \(scope.actor().id) and workspace_id = \(workspace.id)")
            },
            WorkspaceWatch(services: services).socket("\(one)/watch-ws", tag),
            WorkspaceWatch(services: services).events("\(one)/watch", tag),
        ]
    }

    private func list(_ scope: RequestScope) async throws -> WorkspacesResponse {
        let actor = try scope.actor()
        let (limit, offset) = try scope.query.page()
        let search = try WorkspaceSearch(scope.query.text("q") ?? "", viewer: actor.id)
        let condition: SQL = "(\(search.condition)) and \(WorkspaceRows.visible(to: actor))"
        scope.checked()
        let found = try await WorkspaceRows.find(condition, page: (limit, offset), viewer: actor.id, pool)
        let count: Int = try await pool.value("select count(*) from \(WorkspaceRows.tables) where \(condition)")
        return WorkspacesResponse(workspaces: found, count: count)
    }

    private func create(_ scope: RequestScope, _ input: CreateWorkspaceRequest, organization: UUID?) async throws -> Workspace {
        let owner = try await UserRow.named(scope, pool)
        let actor = try scope.actor()
        if let problem = NameRules.problem(input.name) { throw checked(scope, .invalid("name", problem)) }
        let template = try await template(input, scope)
        if let organization, organization != template.template.organizationID {
            throw checked(scope, .invalid("template_id", "is in another organization"))
        }
        try scope.require(.create, Object(.workspace, organization: template.template.organizationID, owner: owner.id))
        guard actor.can(.use, template.object(for: actor)) else { throw APIError(.forbidden, "You may not use this template.") }
        guard owner.user.organizationIds.contains(template.template.organizationID) else {
            throw APIError(.forbidden, "The owner is no member of the template's organization.")
        }
        if template.template.deprecated {
            throw APIError(
                .badRequest, "Template \"\(template.template.name)\" has been deprecated, and cannot be used to create a new workspace.",
                detail: template.template.deprecationMessage)
        }
        let id = UUID.ordered()
        let version = input.templateVersionID.flatMap { $0 == .zero ? nil : $0 } ?? template.template.activeVersionID
        let build = try await BuildPlan(services: services, actor: actor).plan(
            workspace: id, template: template.template.id, transition: .start, version: version,
            preset: input.templateVersionPresetID.flatMap { $0 == .zero ? nil : $0 }, answers: input.richParameterValues ?? [], before: nil,
            reason: nil, isOrphan: false)
        let fallback = template.template.defaultTtlMs > 0 ? template.template.defaultTtlMs : nil
        let ttl = try Self.ttl(input.ttlMs ?? fallback)
        let seed = APIKeyToken.sha256(UUID.random().bytes + UUID.random().bytes + UUID.random().bytes)
        let schedule = input.autostartSchedule.flatMap { $0.isEmpty ? nil : $0 }
        if schedule != nil { throw APIError.invalid("autostart_schedule", "is not offered yet") }
        try await naming(Self.conflicts) {
            try await pool.withTransaction { transaction in
                try await transaction.execute(
                    """
                    insert into workspaces (id, organization_id, owner_id, template_id, name, ttl_seconds, automatic_updates, ssh_host_seed)
                    values (\(id), \(template.template.organizationID), \(owner.id), \(template.template.id), \(input.name), \(ttl),
                        \((input.automaticUpdates ?? .never).rawValue), \(Bytes(seed)))
                    """)
                _ = try await services.builds.enqueue(build, in: transaction)
            }
        }
        guard let made = try await WorkspaceRows.find("w.id = \(id)", viewer: actor.id, pool).first else { throw APIError.notFound }
        return made
    }

    /// An error about what was asked, before anything of it was looked up.
    private func checked(_ scope: RequestScope, _ error: APIError) -> APIError {
        scope.checked()
        return error
    }

    private func template(_ input: CreateWorkspaceRequest, _ scope: RequestScope) async throws -> TemplateRow {
        var condition: SQL
        if let id = input.templateID, id != .zero {
            condition = "t.id = \(id)"
        } else if let id = input.templateVersionID, id != .zero {
            condition = "t.id = (select template_id from template_versions where id = \(id))"
        } else {
            throw APIError.invalid("template_id", "or template_version_id is required")
        }
        let actor = try scope.actor()
        guard let found = try await TemplateRow.find(condition, pool).first, actor.can(.read, found.object(for: actor)) else {
            throw checked(scope, .invalid("template_id", "template not found"))
        }
        return found
    }

    private func update(_ workspace: Workspace, _ change: SQL) async throws {
        try await naming(Self.conflicts) {
            try await pool.withTransaction { transaction in
                try await transaction.execute(
                    "update workspaces set \(change), updated_at = now() where id = \(workspace.id) and not deleted")
                try await transaction.notify(.workspaceChanged, workspace.id.description)
            }
        }
    }

    private static let conflicts: [String: (field: String, detail: String)] = [
        "workspaces_name": ("name", "is the name of another workspace of this owner")
    ]

    private static func ttl(_ milliseconds: Int64?) throws(APIError) -> Int64? {
        guard let milliseconds, milliseconds != 0 else { return nil }
        guard (60_000...30 * 86_400_000).contains(milliseconds) else {
            throw .invalid("ttl_ms", "must be from a minute to 30 days, or 0 for none")
        }
        return milliseconds / 1000
    }
}
