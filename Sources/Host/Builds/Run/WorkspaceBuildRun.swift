import JSON
import PluginLoading
import PluginSupervision
import Postgres
import ResourceGraph

/// Builds a workspace: recovers what an earlier build left, plans, stores the plan, and applies it.
struct WorkspaceBuildRun: Sendable {
    let run: JobRun

    func work() async throws -> JobResult {
        let build = try await BuildRow.read(try run.job.identifier("workspace_build_id"), run.pool)
        if build.isOrphan && build.transition == .delete { return try await forget() }
        guard let name = run.job.plugin ?? build.recordPlugin else {
            throw BuildError(.version, "it is not known which plugin template version \(build.versionName) is for; import it again")
        }
        if let maker = build.recordPlugin, maker != name {
            throw BuildError(
                .plugin, "plugin \"\(maker)\" has made what the workspace has, and this template version is for \"\(name)\"; "
                    + "delete the workspace, or build a version for \"\(maker)\"")
        }
        let record = WorkspaceRecord(workspace: build.workspace, plugin: name, job: run.job, settings: run.settings, pool: run.pool)
        let plugin = try await run.shelf.plugin(name)
        let runner = JobRunner(plugin, store: record)
        if try await mayHaveBegun(record) { return try await recover(runner, record) }
        let inputs = try await BuildInputs.ofBuild(build, settings: run.settings, secrets: run.secrets, run.pool)
        return build.transition == .delete
            ? try await destroy(runner, record, inputs) : try await planAndApply(build, runner, record, inputs)
    }

    // MARK: - Making

    private func planAndApply(_ build: BuildRow, _ runner: JobRunner, _ record: WorkspaceRecord, _ inputs: BuildInputs) async throws -> JobResult {
        try await run.withTemplate { directory in
            var request = JobRequest(
                .plan, operationID: record.operation, sourceDirectory: directory, inputs: inputs.json.serialized(), labels: run.labels(inputs))
            let planned = try await run.stage("plan") { [request] in
                try await runner.run(request, options: run.options, observer: BuildObserver(log: run.log, stage: "plan")).report
            }
            guard planned.outcome == .succeeded else {
                // What exists is as it was; what would have been is of no interest.
                var result = JobResult(planned)
                result.graph = nil
                return result
            }
            let kept = try await run.pool.execute(
                """
                with lease as (select from provisioner_jobs where \(run.job.isOurs(run.settings)) for share)
                update workspace_builds set plan = \(planned.plan.map { Bytes($0) }), updated_at = now()
                where id = \(build.id) and exists (select from lease)
                """)
            guard kept == 1 else { throw BuildError(.leaseLost, "job \(run.job.id) is not this server's any more") }
            request.operation = .apply
            request.plan = planned.plan
            return try await change("apply", request, runner)
        }
    }

    private func destroy(_ runner: JobRunner, _ record: WorkspaceRecord, _ inputs: BuildInputs) async throws -> JobResult {
        // From the record alone: the template may be broken or gone.
        let request = JobRequest(.destroy, operationID: record.operation, inputs: inputs.json.serialized(), labels: run.labels(inputs))
        return try await change("destroy", request, runner)
    }

    private func change(_ stage: String, _ request: JobRequest, _ runner: JobRunner) async throws -> JobResult {
        try await run.stage(stage) {
            let done = try await runner.run(request, options: run.options, observer: BuildObserver(log: run.log, stage: stage))
            var result = JobResult(done.report)
            if let recovery = done.recovery {
                run.log.say(.warn, "the worker was lost; what exists was found again", stage: "recover")
                result.graph = recovery.graph
                result.isSettled = true
            }
            return result
        }
    }

    /// An orphan is not looked at: its record goes.
    private func forget() async throws -> JobResult {
        run.log.say(.warn, "what exists is forgotten, not removed", stage: "orphan")
        var result = JobResult(CancellationError())
        (result.outcome, result.graph, result.isSettled) = (.succeeded, .empty, true)
        return result
    }

    // MARK: - Recovering

    /// Whether a lost attempt at this job may have changed something.
    private func mayHaveBegun(_ record: WorkspaceRecord) async throws -> Bool {
        guard run.job.attempt > 1 else { return false }
        return try await record.unfinished() != nil || ["apply", "destroy", "recover"].contains(run.job.stage)
    }

    private func recover(_ runner: JobRunner, _ record: WorkspaceRecord) async throws -> JobResult {
        try await run.stage("recover") {
            let report = try await runner.recoverUnfinished(options: run.options, observer: BuildObserver(log: run.log, stage: "recover"))
            var result = JobResult(
                BuildError(.lost, "the server that ran this build is gone; what it had made is on record, and the next build goes on from there"))
            result.graph = report?.graph
            result.isSettled = true
            return result
        }
    }
}
