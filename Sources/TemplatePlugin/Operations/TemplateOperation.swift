import HCL
import JSON
import PluginKit
import ProviderKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateGraph
import TemplateState
import Threads

/// One operation while it runs: what it was asked, and how it tells what it does.
struct TemplateOperation: Sendable {
    let runner: TemplateRunner
    let request: Request
    let job: Job
    let inputs: BuildInputs
    let reporter: JobReporter
    let checkpoints: Checkpoints
    /// What its diagnostics are called: `template.plan`, …
    let code: String

    /// Runs `body`, and lets nothing be told after it.
    static func run(
        _ runner: TemplateRunner, _ request: Request, _ job: Job, _ name: String,
        _ body: (TemplateOperation) async throws -> Void
    ) async throws {
        let reporter = JobReporter(job, stage: name, secrets: SecretTexts(request.inputs))
        defer { reporter.close() }
        try await body(
            TemplateOperation(
                runner: runner, request: request, job: job, inputs: BuildInputs(json: request.inputs), reporter: reporter,
                checkpoints: Checkpoints(job), code: "template.\(name)"))
    }

    // MARK: - What is on record

    /// What the last checkpoint says; nil if nothing exists.
    func recorded() async throws -> JournalLog? {
        guard let bytes = request.state, !bytes.isEmpty else { return nil }
        do {
            return try await DeepStack.run { try JournalLog.decoded(bytes) }
        } catch let error as JournalError {
            throw Failure(.failed, code: "state.unreadable", summary: "the stored state cannot be read", detail: "\(error)")
        }
    }

    /// The record with nothing open in it: what became of that is looked for first.
    ///
    /// - Parameter isStored: whether the outcome is checkpointed, which operations that change nothing cannot.
    /// - Throws: if something stays open, after what exists was reported.
    func settled(_ log: JournalLog?, isStored: Bool) async throws -> JournalLog? {
        guard let log, !log.open.isEmpty else { return log }
        let found = await recovered(log)
        if isStored { try await store(found) }
        if found.open.isEmpty { return found }
        try await report(found.state)
        if Task.isCancelled { throw CancellationError() }
        throw Failure(explained: .failed)
    }

    /// The record with what could be found out of what is open in it.
    func recovered(_ log: JournalLog) async -> JournalLog {
        for open in log.open {
            reporter.log(
                .notice, "finding out what became of an interrupted \(open.intent.action.rawValue)", resource: "\(open.intent.address)")
        }
        let recovery = await TemplateEngine.recover(log, catalog: runner.catalog, environment: environment(log, in: job.workDirectory))
        reporter.report(recovery.diagnostics, "template.recover")
        return JournalLog(
            recovery.state, providerConfigurations: recovery.log.providerConfigurations, open: recovery.log.open)
    }

    /// Makes the record durable; where nothing exists, that is recorded.
    func store(_ log: JournalLog) async throws {
        let isEmpty = log.open.isEmpty && !log.state.resources.keys.contains { $0.resource.mode == .managed }
        try await checkpoints.store(isEmpty ? [] : try await DeepStack.run { try log.encoded() })
    }

    // MARK: - The engine

    /// - Parameter directory: that of the template, or of the job if there is none.
    func environment(_ log: JournalLog?, in directory: String, tokens: [String: String]? = nil) -> EngineEnvironment {
        var variables = runner.variables
        variables["TMPDIR"] = job.workDirectory
        // An operation that works from the record alone is told of no build.
        if inputs.json["workspace"] != nil {
            let tokens = tokens ?? inputs.runningTokens ?? AgentTokens(log?.state).byAgent
            variables.merge(inputs.environment(tokens: tokens).variables(for: .plan)) { $1 }
        }
        for token in AgentTokens(log?.state).byAgent.values { reporter.keepSecret(token) }
        let provider = ProviderEnvironment(
            variables: variables, directory: directory, labels: request.labels, agents: inputs.agents)
        let reporter = reporter
        return EngineEnvironment(provider: provider, allowedRoot: directory, operationID: request.operationID) { reporter.received($0) }
    }

    /// An engine without a template, for everything that works from the record alone.
    func engineWithoutTemplate(_ log: JournalLog?) -> TemplateEngine {
        TemplateEngine(
            configuration: Configuration(modules: [:], sources: [:], rootDirectory: job.workDirectory), catalog: runner.catalog,
            environment: environment(log, in: job.workDirectory), providerConfigurations: log?.providerConfigurations ?? [:])
    }

    // MARK: - Results

    /// Reports the graph of what exists.
    ///
    /// - Parameter isWhole: whether that is all that the template asks for.
    /// - Returns: whether it is in order.
    @discardableResult
    func report(_ state: State?, _ configuration: Configuration? = nil, isWhole: Bool = false) async throws -> Bool {
        guard let state else { return true }
        let catalog = runner.catalog
        return try await report(isWhole: isWhole && inputs.transition == .start) {
            try ResourceSet(state: state, configuration: configuration, catalog: catalog)
        }
    }

    /// Reports the graph of what is going to exist.
    @discardableResult
    func report(_ plan: Plan, _ configuration: Configuration?) async throws -> Bool {
        let catalog = runner.catalog
        return try await report(isWhole: inputs.transition == .start) {
            try ResourceSet(plan: plan, configuration: configuration, catalog: catalog)
        }
    }

    private func report(isWhole: Bool, _ set: @escaping @Sendable () throws -> ResourceSet) async throws -> Bool {
        let graph = try await DeepStack.run { GraphReport(try set()) }
        graph.explain(reporter, isWhole: isWhole)
        try await graph.send(to: job, reporter)
        return !graph.hasErrors
    }

    /// - Throws: if the graph of a plan has errors, which are told.
    func checkGraph(_ plan: Plan, _ configuration: Configuration) async throws {
        let catalog = runner.catalog
        let graph = try await DeepStack.run {
            GraphReport(try ResourceSet(plan: plan, configuration: configuration, catalog: catalog))
        }
        guard graph.hasErrors else { return }
        graph.explain(reporter, isWhole: true)
        throw Failure(explained: .failed)
    }

    /// Ends the operation as its diagnostics say.
    func end(_ isGood: Bool) throws {
        if isGood { return }
        try job.checkCancellation()
        throw Failure(explained: .failed)
    }
}
