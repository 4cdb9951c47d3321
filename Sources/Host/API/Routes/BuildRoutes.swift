import APITypes
import HTTPTypes
import HostAccess
import HostStore
import NIOCore
import Postgres
import Scalars

/// Builds of workspaces.
struct BuildRoutes: Sendable {
    let services: Services
    private let one = "/api/v2/workspacebuilds/{workspacebuild}"
    private let tag = "Builds"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .get(
                "/api/v2/workspaces/{workspace}/builds", tag, "Builds of a workspace", .may(.read, .workspace),
                query: [.init("limit", "integer"), .init("offset", "integer")]
            ) { scope in
                let workspace = try await WorkspaceRows.named(scope, .read, pool)
                return try await BuildRows.find("b.workspace_id = \(workspace.id)", page: try scope.query.page(), pool)
            },
            .send(
                .post, "/api/v2/workspaces/{workspace}/builds", tag, "Start, stop or delete a workspace", .may(.read, .workspace),
                status: .created
            ) {
                scope, input in try await build(scope, input)
            },
            .get(
                "/api/v2/users/{user}/workspace/{workspacename}/builds/{buildnumber}", tag, "A build by its number", .may(.read, .workspace)
            ) { scope in
                let owner = try await UserRow.named(scope, pool)
                let workspace = try await WorkspaceRows.only(
                    "w.owner_id = \(owner.id) and lower(w.name) = lower(\(scope.text("workspacename"))) and not w.deleted", scope, .read,
                    pool)
                guard let number = Int(scope.text("buildnumber")) else {
                    throw APIError(.badRequest, "Failed to parse build number as integer.")
                }
                guard let build = try await BuildRows.find("b.workspace_id = \(workspace.id) and b.number = \(number)", pool).first else {
                    throw APIError.notFound
                }
                return build
            },
            .get(one, tag, "A build", .may(.read, .workspace)) { scope in try await found(scope, .read).build },
            .act(.patch, "\(one)/cancel", tag, "Stop a build", .may(.update, .workspace)) { scope in
                let (build, workspace) = try await found(scope, .update)
                // Who may only use a template stops its jobs if the template lets them.
                if !workspace.templateAllowUserCancelWorkspaceJobs,
                    !(try scope.actor().can(.update, Object(.template, organization: workspace.organizationID)))
                {
                    throw APIError(.forbidden, "User is not allowed to cancel workspace builds. Owner role is required.")
                }
                let hasEnded = try await pool.withTransaction { try await !services.builds.cancel(build.job.id, in: $0) }
                if hasEnded { throw APIError(.badRequest, "Job has already completed!") }
                return APIResponse("Job has been marked as canceled...")
            },
            JobLogs(pool: pool).route("\(one)/logs", tag, .may(.read, .workspace)) { scope in try await found(scope, .read).build.job.id },
            .get("\(one)/parameters", tag, "Parameters of a build", .may(.read, .workspace)) { scope in
                let build = try await found(scope, .read).build
                return try await BuildRows.parameters(build.id, pool).sorted { $0.key < $1.key }.map {
                    WorkspaceBuildParameter(name: $0.key, value: $0.value)
                }
            },
            .get("\(one)/resources", tag, "What a build has made", .may(.read, .workspace)) { scope in
                try await found(scope, .read).build.resources
            },
            .get("\(one)/timings", tag, "How long the steps took", .may(.read, .workspace)) { scope in
                try await timings(try await found(scope, .read).build.job.id)
            },
            .get("/api/v2/workspaces/{workspace}/timings", tag, "How long the steps of the latest build took", .may(.read, .workspace)) {
                scope in
                try await timings(try await WorkspaceRows.named(scope, .read, pool).latestBuild.job.id)
            },
            Route(
                method: .get, path: "\(one)/state", tag: tag, summary: "What the plugin keeps of the workspace",
                permission: .may(.update, .template), content: .media("application/octet-stream")
            ) { scope in try await state(scope) },
        ]
    }

    private func found(_ scope: RequestScope, _ action: Action) async throws -> (build: WorkspaceBuild, workspace: Workspace) {
        let id = try scope.uuid("workspacebuild")
        guard let build = try await BuildRows.find("b.id = \(id)", pool).first else {
            scope.checked()
            throw APIError.notFound
        }
        return (build, try await WorkspaceRows.only("w.id = \(build.workspaceID)", scope, action, pool))
    }

    private func build(_ scope: RequestScope, _ input: CreateWorkspaceBuildRequest) async throws -> WorkspaceBuild {
        let action: Action = [.start: .start, .stop: .stop, .delete: .delete][input.transition] ?? .update
        let workspace = try await WorkspaceRows.named(scope, action, pool)
        let actor = try scope.actor()
        if input.dryRun == true { throw APIError.invalid("dry_run", "is not offered; ask the template version for a dry run") }
        let isOrphan = input.orphan ?? false
        if isOrphan {
            guard input.transition == .delete else { throw APIError.invalid("orphan", "goes with the transition delete alone") }
            guard actor.can(.update, Object(.template, organization: workspace.organizationID)) else {
                throw APIError(.forbidden, "Only those who manage templates may orphan a workspace.")
            }
        }
        let build = try await BuildPlan(services: services, actor: actor).plan(
            workspace: workspace.id, template: workspace.templateID, transition: input.transition,
            version: input.templateVersionID.flatMap { $0 == .zero ? nil : $0 } ?? workspace.latestBuild.templateVersionID,
            preset: input.templateVersionPresetID.flatMap { $0 == .zero ? nil : $0 }, answers: input.richParameterValues ?? [],
            before: try await BuildRows.parameters(workspace.latestBuild.id, pool), reason: input.reason, isOrphan: isOrphan)
        let id = try await pool.withTransaction { try await services.builds.enqueue(build, in: $0) }
        guard let made = try await BuildRows.find("b.id = \(id)", pool).first else { throw APIError.notFound }
        return made
    }

    private func timings(_ job: UUID) async throws -> WorkspaceBuildTimings {
        let rows = try await pool.query(
            "select * from provisioner_job_timings where job_id = \(job) order by started_at, stage, resource limit 10000")
        let steps = try rows.map { row in
            ProvisionerTiming(
                jobID: job, startedAt: try row["started_at"], endedAt: try row["ended_at"], stage: try row["stage"],
                source: try row["source"],
                action: try row["action"], resource: try row["resource"])
        }
        return WorkspaceBuildTimings(provisionerTimings: steps, agentScriptTimings: [], agentConnectionTimings: [])
    }

    /// State holds secrets of the backend: it is for those who manage the template, and of the latest build alone.
    private func state(_ scope: RequestScope) async throws -> Answer {
        let id = try scope.uuid("workspacebuild")
        guard let build = try await BuildRows.find("b.id = \(id)", pool).first,
            let workspace = try await WorkspaceRows.find("w.id = \(build.workspaceID)", viewer: try scope.actor().id, pool).first
        else {
            scope.checked()
            throw APIError.notFound
        }
        try scope.require(.update, Object(.template, organization: workspace.organizationID))
        guard workspace.latestBuild.id == build.id else {
            throw APIError(.notFound, "The state of this build is not kept.", detail: "Only that of the latest build is.")
        }
        let row = try await pool.first("select checkpoint from workspace_records where workspace_id = \(workspace.id)")
        let checkpoint: Bytes? = try row?["checkpoint"] ?? nil
        return Answer(headers: [.contentType: "application/octet-stream"], body: .bytes(.init(bytes: checkpoint?.bytes ?? [])))
    }
}
