import HostStore
import JSON
import PluginLoading
import Postgres
import ResourceGraph
import Scalars

/// Writes what became of a job, all of it or nothing.
struct JobEnd: Sendable {
    let job: LeasedJob
    let settings: BuildSettings
    let result: JobResult

    static let diagnosticCountMax = 1000

    /// - Throws: ``BuildError`` with code `leaseLost` if it is somebody else's by now.
    func write(_ pool: ConnectionPool) async throws {
        try await pool.withTransaction { transaction in
            let count = try await transaction.execute(
                """
                update provisioner_jobs set completed_at = now(), updated_at = now(), error = \(result.error), error_code = \(result.code), stage = '',
                    canceled_at = case when \(result.outcome == .cancelled) then coalesce(canceled_at, now()) else canceled_at end
                where \(job.isOurs(settings))
                """)
            guard count == 1 else { throw BuildError(.leaseLost, "job \(job.id) is not this server's any more") }
            for (number, diagnostic) in result.diagnostics.prefix(Self.diagnosticCountMax).enumerated() {
                try await transaction.query(
                    """
                    insert into provisioner_job_diagnostics (job_id, number, diagnostic) values (\(job.id), \(number), \(diagnostic.json))
                    on conflict (job_id, number) do update set diagnostic = excluded.diagnostic
                    """)
            }
            switch job.kind {
            case .templateImport: try await writeImport(transaction)
            case .dryRun:
                if result.succeeded, let graph = result.graph {
                    try await GraphRows(graph: graph, job: job.id, transition: .start).insert(transaction)
                }
            case .build: try await writeBuild(transaction)
            }
            try await transaction.notify(.jobChanged, job.id.description)
        }
    }

    private func writeImport(_ transaction: Transaction) async throws {
        guard result.succeeded, let imported = result.imported else { return }
        try await transaction.query(
            """
            update template_versions set plugin = \(imported.plugin), parameters = \(imported.parameters),
                graph_start = \(imported.start.json(sensitive: .redact)), graph_stop = \(imported.stop.json(sensitive: .redact)), updated_at = now()
            where job_id = \(job.id)
            """)
        try await transaction.query("update provisioner_jobs set plugin = \(imported.plugin) where id = \(job.id)")
        try await GraphRows(graph: imported.start, job: job.id, transition: .start).insert(transaction)
        try await GraphRows(graph: imported.stop, job: job.id, transition: .stop).insert(transaction)
    }

    private func writeBuild(_ transaction: Transaction) async throws {
        let id = try job.identifier("workspace_build_id")
        let row = try await transaction.first("select workspace_id, transition, orphan from workspace_builds where id = \(id) for no key update")
        guard let row else { throw BuildError(.notFound, "there is no build \(id)") }
        let (workspace, transition, isOrphan): (UUID, Transition, Bool) = (try row["workspace_id"], try row["transition"], try row["orphan"])
        if result.isSettled {
            try await transaction.query("update workspace_records set unfinished = null, updated_at = now() where workspace_id = \(workspace)")
        }
        if let graph = result.graph {
            let rows = GraphRows(graph: graph, job: job.id, transition: transition, build: id, workspace: workspace)
            try await transaction.query(
                """
                update workspace_builds set graph = \(graph.json(sensitive: .redact)), daily_cost = \(rows.dailyCost), updated_at = now()
                where id = \(id)
                """)
            try await rows.insert(transaction)
        }
        if result.succeeded, transition == .delete {
            if isOrphan { try await transaction.query("delete from workspace_records where workspace_id = \(workspace)") }
            try await transaction.query("update workspaces set deleted = true, updated_at = now() where id = \(workspace)")
        }
        try await transaction.notify(.workspaceChanged, workspace.description)
    }
}

extension Diagnostic {
    var json: JSONValue {
        var json: JSONValue = [
            "severity": .string(severity.description), "code": .string(code), "summary": .string(summary), "detail": .string(detail),
        ]
        json["resource"] = resource.map { .string($0) }
        json["attribute"] = attribute.map { .string($0) }
        json["source"] = sourcePath.map { .string($0) }
        if line > 0 { json["line"] = JSONValue(Int(line)) }
        if column > 0 { json["column"] = JSONValue(Int(column)) }
        return json
    }
}
