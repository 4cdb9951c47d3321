import APITypes
import HTTPTypes
import HostAccess
import HostStore
import Postgres
import Scalars

/// Templates.
struct TemplateRoutes: Sendable {
    let services: Services
    private let inOrganization = "/api/v2/organizations/{organization}/templates"
    private let one = "/api/v2/templates/{template}"
    private let tag = "Templates"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .get("/api/v2/templates", tag, "Templates", .may(.read, .template), query: [.init("q")]) { scope in
                var condition: SQL = "true"
                if let name = scope.query.text("q") { condition = "strpos(lower(t.name), lower(\(name.replacing("name:", with: "")))) > 0" }
                return try await visible(scope, condition)
            },
            .get(inOrganization, tag, "Templates of an organization", .may(.read, .template)) { scope in
                let organization = try await OrganizationRoutes.named(scope, pool)
                return try await visible(scope, "t.organization_id = \(organization.id)")
            },
            .send(.post, inOrganization, tag, "Make a template of a version", .may(.create, .template), status: .created) { scope, input in
                try await create(scope, input)
            },
            .get("\(inOrganization)/{templatename}", tag, "A template by its name", .may(.read, .template)) { scope in
                try await byName(scope).template
            },
            .get("\(inOrganization)/{templatename}/versions/{templateversionname}", tag, "A version by its name", .may(.read, .template)) {
                scope in
                let template = try await byName(scope).template
                return try await version(template.id, scope.text("templateversionname"))
            },
            .get(one, tag, "A template", .may(.read, .template)) { scope in try await found(scope, .read).template },
            .send(.patch, one, tag, "Change a template", .may(.update, .template)) { scope, input in try await update(scope, input) },
            .act(.delete, one, tag, "Remove a template", .may(.delete, .template), status: .ok) { scope in try await remove(scope) },
            .get(
                "\(one)/versions", tag, "Versions", .may(.read, .template),
                query: [.init("limit", "integer"), .init("offset", "integer"), .init("include_archived", "boolean")]
            ) { scope in
                let template = try await found(scope, .read).template
                let archived = try scope.query.flag("include_archived") ?? false
                return try await VersionRow.find(
                    "v.template_id = \(template.id) and (\(archived) or not v.archived)", page: try scope.query.page(), pool
                ).map(\.version)
            },
            .get("\(one)/versions/{templateversionname}", tag, "A version by its name", .may(.read, .template)) { scope in
                [try await version(try await found(scope, .read).template.id, scope.text("templateversionname"))]
            },
            .send(.patch, "\(one)/versions", tag, "Make a version the active one", .may(.update, .template)) {
                (scope, input: UpdateActiveTemplateVersion) in
                try await promote(scope, input.id)
            },
        ]
    }

    private func found(_ scope: RequestScope, _ action: Action) async throws -> TemplateRow {
        let row = try await TemplateRow.named(scope, pool)
        try scope.require(action, row.object(for: try scope.actor()))
        return row
    }

    private func visible(_ scope: RequestScope, _ condition: SQL) async throws -> [Template] {
        let actor = try scope.actor()
        return try scope.visible(try await TemplateRow.find(condition, pool)) { $0.object(for: actor) }.map(\.template)
    }

    private func byName(_ scope: RequestScope) async throws -> TemplateRow {
        let organization = try await OrganizationRoutes.named(scope, pool)
        let name = scope.text("templatename")
        guard let row = try await TemplateRow.find("t.organization_id = \(organization.id) and lower(t.name) = lower(\(name))", pool).first
        else {
            scope.checked()
            throw APIError.notFound
        }
        try scope.require(.read, row.object(for: try scope.actor()))
        return row
    }

    private func version(_ template: UUID, _ name: String) async throws -> TemplateVersion {
        guard let row = try await VersionRow.find("v.template_id = \(template) and lower(v.name) = lower(\(name))", pool).first else {
            throw APIError.notFound
        }
        return row.version
    }

    private func create(_ scope: RequestScope, _ input: CreateTemplateRequest) async throws -> Template {
        let organization = try await OrganizationRoutes.named(scope, pool)
        try scope.require(.create, Object(.template, organization: organization.id))
        let actor = try scope.actor()
        if let problem = NameRules.problem(input.name) { throw APIError.invalid("name", problem) }
        if let problem = NameRules.displayProblem(input.displayName ?? "") { throw APIError.invalid("display_name", problem) }
        let id = UUID.ordered()
        let ttl = try Self.seconds(input.defaultTtlMs, "default_ttl_ms") ?? 0
        let bump = try Self.seconds(input.activityBumpMs, "activity_bump_ms") ?? 3600
        let failure = try Self.seconds(input.failureTtlMs, "failure_ttl_ms") ?? 0
        try await naming(["templates_name": ("name", "is the name of another template")]) {
            try await pool.withTransaction { transaction in
                let version = try await transaction.first(
                    """
                    select v.template_id, j.completed_at is not null and j.error is null and j.canceled_at is null as imported
                    from template_versions v join provisioner_jobs j on j.id = v.job_id
                    where v.id = \(input.templateVersionID) and v.organization_id = \(organization.id) for update of v
                    """)
                guard let version else { throw APIError(.notFound, "Template version \(input.templateVersionID) does not exist.") }
                if let _: UUID = try version["template_id"] {
                    throw APIError.invalid("template_version_id", "is a version of another template")
                }
                guard try version["imported"] else { throw APIError.invalid("template_version_id", "was not imported with success") }
                try await transaction.execute(
                    """
                    insert into templates (id, organization_id, name, display_name, description, icon, active_version_id, created_by,
                        default_ttl_seconds, activity_bump_seconds, failure_ttl_seconds, allow_user_autostart, allow_user_autostop,
                        allow_user_cancel_jobs, require_active_version)
                    values (\(id), \(organization.id), \(input.name), \(input.displayName ?? ""), \(input.description ?? ""), \(input.icon ?? ""),
                        \(input.templateVersionID), \(actor.id), \(ttl), \(bump), \(failure), \(input.allowUserAutostart ?? true),
                        \(input.allowUserAutostop ?? true), \(input.allowUserCancelWorkspaceJobs ?? true), \(input.requireActiveVersion ?? false))
                    """)
                try await transaction.execute("update template_versions set template_id = \(id) where id = \(input.templateVersionID)")
            }
        }
        return try await reread(id)
    }

    private func update(_ scope: RequestScope, _ input: UpdateTemplateRequest) async throws -> Template {
        let old = try await found(scope, .update).template
        let name = input.name.flatMap { $0.isEmpty ? nil : $0 } ?? old.name
        if let problem = NameRules.problem(name) { throw APIError.invalid("name", problem) }
        if let problem = NameRules.displayProblem(input.displayName ?? "") { throw APIError.invalid("display_name", problem) }
        let ttl = try Self.seconds(input.defaultTtlMs, "default_ttl_ms") ?? old.defaultTtlMs / 1000
        let bump = try Self.seconds(input.activityBumpMs, "activity_bump_ms") ?? old.activityBumpMs / 1000
        let failure = try Self.seconds(input.failureTtlMs, "failure_ttl_ms") ?? old.failureTtlMs / 1000
        try await naming(["templates_name": ("name", "is the name of another template")]) {
            try await pool.execute(
                """
                update templates set name = \(name), display_name = \(input.displayName ?? old.displayName),
                    description = \(input.description ?? old.description), icon = \(input.icon ?? old.icon), default_ttl_seconds = \(ttl),
                    activity_bump_seconds = \(bump), failure_ttl_seconds = \(failure),
                    allow_user_autostart = \(input.allowUserAutostart ?? old.allowUserAutostart),
                    allow_user_autostop = \(input.allowUserAutostop ?? old.allowUserAutostop),
                    allow_user_cancel_jobs = \(input.allowUserCancelWorkspaceJobs ?? old.allowUserCancelWorkspaceJobs),
                    require_active_version = \(input.requireActiveVersion ?? old.requireActiveVersion),
                    deprecation_message = \(input.deprecationMessage ?? old.deprecationMessage), updated_at = now()
                where id = \(old.id) and not deleted
                """)
        }
        return try await reread(old.id)
    }

    private func remove(_ scope: RequestScope) async throws -> APIResponse {
        let template = try await found(scope, .delete).template
        try await pool.withTransaction { transaction in
            try await transaction.execute("select from templates where id = \(template.id) for update")
            let used: Bool = try await transaction.value(
                "select exists (select from workspaces where template_id = \(template.id) and not deleted)")
            if used { throw APIError(.badRequest, "All workspaces must be deleted before a template can be removed.") }
            try await transaction.execute("update templates set deleted = true, updated_at = now() where id = \(template.id)")
        }
        return APIResponse("Template has been deleted!")
    }

    private func promote(_ scope: RequestScope, _ version: UUID) async throws -> APIResponse {
        let template = try await found(scope, .update).template
        guard let row = try await VersionRow.find("v.id = \(version)", pool).first else {
            throw APIError(.notFound, "Template version not found.")
        }
        guard row.version.templateID == template.id else {
            throw APIError(.badRequest, "The provided template version doesn't belong to the specified template.")
        }
        guard !row.version.archived else { throw APIError(.badRequest, "The provided template version is archived.") }
        guard row.version.job.status == .succeeded else {
            throw APIError(.badRequest, "Only versions that have been built successfully can be promoted.")
        }
        try await pool.execute("update templates set active_version_id = \(version), updated_at = now() where id = \(template.id)")
        return APIResponse("Updated the active template version!")
    }

    private func reread(_ id: UUID) async throws -> Template {
        guard let row = try await TemplateRow.find("t.id = \(id)", pool).first else { throw APIError.notFound }
        return row.template
    }

    private static func seconds(_ milliseconds: Int64?, _ field: String) throws(APIError) -> Int64? {
        guard let milliseconds else { return nil }
        guard (0...31_536_000_000).contains(milliseconds) else { throw .invalid(field, "must be from 0 to a year") }
        return milliseconds / 1000
    }
}
