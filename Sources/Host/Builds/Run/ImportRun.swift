import JSON
import PluginLoading
import Postgres
import ResourceGraph
import Scalars

/// Finds out what a template version asks and makes, or what it would make with some parameters.
struct ImportRun: Sendable {
    let run: JobRun

    func work() async throws -> JobResult {
        let version = try run.job.identifier("template_version_id")
        return try await run.withTemplate { directory in
            let name = try await pluginName(directory)
            let plugin = try await run.shelf.plugin(name)
            let parsed = try await run.stage("parse") {
                let inputs = try await self.inputs(version, .start, parameters: [:], workspaceName: "default")
                return try await run.ask(plugin, JobRequest(.parse, sourceDirectory: directory, inputs: inputs), stage: "parse")
            }
            guard parsed.outcome == .succeeded else { return JobResult(parsed) }
            var graphs: [ResourceGraph] = []
            var last = parsed
            for transition in [Transition.start, .stop] {
                last = try await plan(plugin, version, transition, parameters: [:], directory: directory, workspaceName: "default")
                guard last.outcome == .succeeded else { return JobResult(last) }
                graphs.append(last.graph)
            }
            var result = JobResult(last)
            result.diagnostics = parsed.diagnostics + last.diagnostics
            result.imported = JobResult.Imported(
                plugin: name, parameters: parsed.documents["parameters"] ?? [:], start: graphs[0], stop: graphs[1])
            result.graph = graphs[0]
            return result
        }
    }

    func dryRun() async throws -> JobResult {
        let version = try run.job.identifier("template_version_id")
        let workspaceName = run.job.input["workspace_name"]?.stringValue ?? ""
        return try await run.withTemplate { directory in
            let plugin = try await run.shelf.plugin(try await pluginName(directory))
            let report = try await plan(
                plugin, version, .start, parameters: run.job.input["parameters"] ?? [:], directory: directory,
                workspaceName: workspaceName.isEmpty ? "dry-run" : workspaceName)
            return JobResult(report)
        }
    }

    private func pluginName(_ directory: String) async throws -> String {
        if let name = run.job.plugin { return name }
        return try await run.shelf.choose(directory: directory, tags: run.job.tags)
    }

    private func plan(
        _ plugin: any PluginInstance, _ version: UUID, _ transition: Transition, parameters: JSONValue, directory: String, workspaceName: String
    ) async throws -> JobReport {
        try await run.stage(transition == .stop ? "graph" : "plan") {
            let inputs = try await self.inputs(version, transition, parameters: parameters, workspaceName: workspaceName)
            return try await run.ask(plugin, JobRequest(.plan, sourceDirectory: directory, inputs: inputs), stage: "plan")
        }
    }

    private func inputs(_ version: UUID, _ transition: Transition, parameters: JSONValue, workspaceName: String) async throws -> String {
        let initiator: UUID = try await run.pool.value("select initiator_id from provisioner_jobs where id = \(run.job.id)")
        return try await BuildInputs.ofVersion(
            version, transition: transition, parameters: parameters, workspaceName: workspaceName, initiator: initiator, settings: run.settings,
            run.pool
        ).json.serialized()
    }
}
