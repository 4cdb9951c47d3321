import HCL
import JSON
import PluginKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateState

extension TemplateRunner {
    /// Reports the graph as the backend has it now, and what differs from the record.
    func read(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "read") { operation in
            guard let log = try await operation.settled(try await operation.recorded(), isStored: true) else { return }
            try await operation.look(log)
        }
    }

    /// Finds out what became of all that is open in the record, and reports as ``read(_:job:)`` does.
    func recover(_ request: Request, job: Job) async throws {
        try await TemplateOperation.run(self, request, job, "recover") { operation in
            guard let log = try await operation.settled(try await operation.recorded(), isStored: true) else { return }
            try await operation.report(log.state)
        }
    }
}

extension TemplateOperation {
    fileprivate func look(_ log: JournalLog) async throws {
        var options = PlanOptions()
        options.isRefreshOnly = true
        let result = await engineWithoutTemplate(log).plan(log.state, options: options)
        try job.checkCancellation()
        reporter.report(result.diagnostics, code)
        guard let plan = result.plan, !result.diagnostics.hasErrors else {
            // It could not be looked at; what was known is better than nothing.
            try await report(log.state)
            throw Failure(explained: .failed)
        }
        for change in plan.drift where !change.provider.isOfBuilds { reporter.report(Self.drift(change)) }
        var state = plan.priorState
        for (address, resource) in log.state.resources where address.resource.mode == .data || resource.provider.isOfBuilds {
            state.resources[address] = resource
        }
        try await report(state)
    }

    /// What somebody else has done to an object.
    private static func drift(_ change: TemplateState.ResourceChange) -> PluginKit.Diagnostic {
        let address = "\(change.address)"
        if change.action == .delete || change.after.isNull {
            return PluginKit.Diagnostic(
                .warning, code: "drift.gone", summary: "\(address) is gone",
                detail: "It was removed outside of Berth. The next start makes it again if the template still has it.", resource: address)
        }
        let (before, after) = (change.before.unmarkedDeep().0.members ?? [:], change.after.unmarkedDeep().0.members ?? [:])
        let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        return PluginKit.Diagnostic(
            .warning, code: "drift.changed", summary: "\(address) was changed outside of Berth: \(names.joined(separator: ", "))",
            detail: "The next start changes it back where the template says otherwise.", resource: address,
            attribute: names.first.map { "/\($0)" })
    }
}

extension ProviderConfigurationAddress {
    /// Whether its objects, like data, come of a build: without one and its template there is nothing to look at.
    fileprivate var isOfBuilds: Bool { provider == ProviderAddress(source: CoderProvider.source) }
}
