import HCL
import PluginKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateState

extension TemplateRunner {
    /// Reports the graph as it would become, and keeps what ``apply(_:job:)`` needs to do exactly that.
    func plan(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "plan") { operation in
            let log = try await operation.settled(try await operation.recorded(), isStored: false)
            if request.plansDestroy {
                var options = PlanOptions()
                options.isDestroy = true
                let engine = operation.engineWithoutTemplate(log)
                let result = await engine.plan(log?.state, options: options)
                operation.reporter.report(result.diagnostics, operation.code)
                if let plan = result.plan { try await operation.report(plan, nil) }
                return try operation.end(result.plan != nil && !result.diagnostics.hasErrors)
            }
            let build = try await operation.build(log)
            let planned = try await operation.planned(build, log)
            let isGood = try await operation.report(planned, build.template.configuration)
            if isGood { try await job.keepPlan(KeptPlan(planned, for: build, after: log, catalog).encoded) }
            try operation.end(isGood)
        }
    }
}

/// A template and the engine that runs it.
struct TemplateBuild: Sendable {
    var template: LoadedTemplate
    var engine: TemplateEngine
    var options: PlanOptions
}

extension TemplateOperation {
    /// Makes an engine for the request's template.
    ///
    /// - Parameter kept: the plan that is to be carried out, if there is one.
    func build(_ log: JournalLog?, _ kept: KeptPlan? = nil) async throws -> TemplateBuild {
        let template = try await template()
        let configuration = template.configuration
        let engine = TemplateEngine(
            configuration: configuration, catalog: runner.catalog,
            environment: environment(log, in: configuration.rootDirectory, tokens: kept?.tokens),
            providerConfigurations: log?.providerConfigurations ?? [:])
        var options = PlanOptions()
        options.isDestroy = inputs.transition == .destroy
        options.timestamp = kept?.timestamp
        return TemplateBuild(template: template, engine: engine, options: options)
    }

    /// Plans, and tells what is wrong.
    ///
    /// - Throws: if there are errors.
    func planned(_ build: TemplateBuild, _ log: JournalLog?) async throws -> Plan {
        let result = await build.engine.plan(log?.state, variables: build.template.variables, options: build.options)
        try job.checkCancellation()
        reporter.report(result.diagnostics, "template.plan", places: build.template.places)
        guard let plan = result.plan, !result.diagnostics.hasErrors else { throw Failure(explained: .failed) }
        return plan
    }
}
