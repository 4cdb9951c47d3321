import HCL
import PluginKit
import TemplateConfiguration
import TemplateEngine
import TemplateState

extension TemplateRunner {
    /// Makes it so: what the plan in the request says, or what the template asks for now.
    func apply(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "apply") { operation in
            let log = try await operation.settled(try await operation.recorded(), isStored: true)
            let (build, plan): (TemplateBuild, Plan)
            do {
                let kept = try request.plan.map { try KeptPlan($0) }
                build = try await operation.build(log, kept)
                plan = try await operation.planned(build, log)
                try kept?.check(KeptPlan(plan, for: build, after: log, catalog))
                try await operation.checkGraph(plan, build.template.configuration)
            } catch {
                // Nothing was done, so what exists is what existed.
                try await operation.report(log?.state)
                throw error
            }
            operation.reporter.expect(plan)
            let journal = try CheckpointJournal(for: plan, by: build.engine) { try await operation.checkpoints.store($0) }
            let result = await build.engine.apply(plan, journal: journal)
            try await operation.finish(result, build.template)
        }
    }

    /// Removes everything that the record knows of.
    func destroy(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "destroy") { operation in
            guard let log = try await operation.settled(try await operation.recorded(), isStored: true) else {
                return try await operation.checkpoints.store([])
            }
            let engine = operation.engineWithoutTemplate(log)
            let result = await engine.destroyWithoutTemplate(log.state) { plan, engine in
                operation.reporter.expect(plan)
                return try CheckpointJournal(for: plan, by: engine) { try await operation.checkpoints.store($0) }
            }
            try await operation.finish(result, nil)
        }
    }
}

extension TemplateOperation {
    /// Stores and reports what came of it.
    fileprivate func finish(_ result: ApplyResult, _ template: LoadedTemplate?) async throws {
        reporter.report(result.diagnostics, code, places: template?.places ?? DiagnosticPlaces())
        var log = result.log
        var refusal: (any Error)?
        do {
            try await store(log)
            if !log.open.isEmpty {
                log = await lookedFor(log)
                try await store(log)
            }
        } catch {
            refusal = error
        }
        let isGood = try await report(log.state, template?.configuration, isWhole: !result.diagnostics.hasErrors)
        if let refusal { throw refusal }
        try end(isGood && !result.diagnostics.hasErrors && log.open.isEmpty)
    }

    /// The record after a look for what was interrupted, for which a job that is cancelled has a little time.
    private func lookedFor(_ log: JournalLog) async -> JournalLog {
        let looking = Task { await recovered(log) }
        let limit = Task {
            try await Task.sleep(for: .seconds(15))
            looking.cancel()
        }
        defer { limit.cancel() }
        return await looking.value
    }
}
