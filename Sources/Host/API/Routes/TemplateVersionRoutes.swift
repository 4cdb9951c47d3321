import APITypes
import HTTPTypes
import HostAccess
import HostStore
import JSON
import Postgres
import Scalars

/// Versions of templates.
struct TemplateVersionRoutes: Sendable {
    let services: Services
    private let one = "/api/v2/templateversions/{templateversion}"
    private let tag = "Templates"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .send(
                .post, "/api/v2/organizations/{organization}/templateversions", tag, "Import files as a version", .may(.create, .template),
                status: .created
            ) { scope, input in try await create(scope, input) },
            .get(one, tag, "A version", .may(.read, .template)) { scope in try await VersionRow.named(scope, .read, pool).version },
            .send(.patch, one, tag, "Rename a version", .may(.update, .template)) { scope, input in try await patch(scope, input) },
            .act(.patch, "\(one)/cancel", tag, "Stop an import", .may(.update, .template)) { scope in
                let version = try await VersionRow.named(scope, .update, pool).version
                let hasEnded = try await pool.withTransaction { try await !services.builds.cancel(version.job.id, in: $0) }
                if hasEnded { throw APIError(.preconditionFailed, "Job has already completed!") }
                return APIResponse("Job has been marked as canceled...")
            },
            JobLogs(pool: pool).route("\(one)/logs", tag, .may(.read, .template)) { scope in
                try await VersionRow.named(scope, .read, pool).version.job.id
            },
            .get("\(one)/resources", tag, "What it would make", .may(.read, .template)) { scope in
                let version = try await imported(scope).version
                return try await ResourceRows.load(jobs: [version.job.id], pool)[version.job.id] ?? []
            },
            .get("\(one)/variables", tag, "Variables", .may(.read, .template)) { scope in try await questions(scope).variables },
            .get("\(one)/rich-parameters", tag, "Parameters", .may(.read, .template)) { scope in try await questions(scope).parameters },
            .get("\(one)/presets", tag, "Presets", .may(.read, .template)) { scope in try await questions(scope).presets },
            .get("\(one)/external-auth", tag, "External authentications", .may(.read, .template)) { scope in
                _ = try await VersionRow.named(scope, .read, pool)
                return [AnyJSON]()
            },
            archiving("archive", true), archiving("unarchive", false),
        ]
    }

    private func archiving(_ verb: String, _ archived: Bool) -> Route {
        .act(.post, "\(one)/\(verb)", tag, "\(archived ? "Archive" : "Bring back") a version", .may(.update, .template)) { scope in
            let version = try await VersionRow.named(scope, .update, pool).version
            let changed = try await pool.execute(
                """
                update template_versions set archived = \(archived), updated_at = now() where id = \(version.id)
                    and not (\(archived) and exists (select from templates where active_version_id = \(version.id) and not deleted))
                """)
            if changed == 0 { throw APIError(.badRequest, "The active version of a template cannot be archived.") }
            return APIResponse("template version \(archived ? "archived" : "unarchived")")
        }
    }

    private func create(_ scope: RequestScope, _ input: CreateTemplateVersionRequest) async throws -> TemplateVersion {
        let organization = try await OrganizationRoutes.named(scope, pool)
        let actor = try scope.actor()
        let templateID = input.templateID.flatMap { $0 == .zero ? nil : $0 }
        if let templateID {
            guard let template = try await TemplateRow.find("t.id = \(templateID)", pool).first else {
                scope.checked()
                throw APIError(.notFound, "Template does not exist.")
            }
            try scope.require(.update, template.object(for: actor))
        } else {
            try scope.require(.create, Object(.template, organization: organization.id))
        }
        let name = input.name.flatMap { $0.isEmpty ? nil : $0 } ?? RandomName.make()
        if let problem = NameRules.versionProblem(name) { throw APIError.invalid("name", problem) }
        guard let file = input.fileID else { throw APIError.invalid("file_id", "is required") }
        let isTheirs: Bool = try await pool.value(
            """
            select exists (select from files f where f.id = \(file) and (f.created_by = \(actor.id)
                or exists (select from template_versions v join provisioner_jobs j on j.id = v.job_id
                    where j.file_id = f.id and v.organization_id = \(organization.id))))
            """)
        guard isTheirs else { throw APIError(.notFound, "File not found.") }
        let version = UUID.ordered()
        let values = JSONValue.object(
            Dictionary((input.userVariableValues ?? []).map { ($0.name, ["value": .string($0.value), "sensitive": true]) }) { $1 })
        try await naming(["template_versions_name": ("name", "is the name of another version of this template")]) {
            try await pool.withTransaction { transaction in
                let job = try await services.builds.enqueueImport(
                    version: version, organization: organization.id, initiator: actor.id, file: file, tags: input.tags ?? [:],
                    in: transaction)
                try await transaction.execute(
                    """
                    insert into template_versions (id, organization_id, template_id, name, message, job_id, created_by, variable_values)
                    values (\(version), \(organization.id), \(templateID), \(name), \(input.message ?? ""), \(job), \(actor.id), \(values))
                    """)
            }
        }
        return try await reread(version)
    }

    private func patch(_ scope: RequestScope, _ input: PatchTemplateVersionRequest) async throws -> TemplateVersion {
        let version = try await VersionRow.named(scope, .update, pool).version
        let name = input.name.flatMap { $0.isEmpty ? nil : $0 } ?? version.name
        if let problem = NameRules.versionProblem(name) { throw APIError.invalid("name", problem) }
        try await naming(["template_versions_name": ("name", "is the name of another version of this template")]) {
            try await pool.execute(
                "update template_versions set name = \(name), message = \(input.message ?? version.message), updated_at = now() where id = \(version.id)"
            )
        }
        return try await reread(version.id)
    }

    private func reread(_ id: UUID) async throws -> TemplateVersion {
        guard let found = try await VersionRow.find("v.id = \(id)", pool).first else { throw APIError.notFound }
        return found.version
    }

    /// What was imported is known only then.
    private func imported(_ scope: RequestScope) async throws -> VersionRow {
        let version = try await VersionRow.named(scope, .read, pool)
        guard version.version.job.completedAt != nil else {
            throw APIError(.preconditionFailed, "Template version job has not finished")
        }
        return version
    }

    private func questions(_ scope: RequestScope) async throws -> TemplateQuestions {
        let version = try await imported(scope)
        return TemplateQuestions(document: version.questions ?? [:], given: version.variables, version: version.version.id)
    }
}
