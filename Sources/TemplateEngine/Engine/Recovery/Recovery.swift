package import HCL
import ProviderKit
import TemplateConfiguration
package import TemplateEvaluation
package import TemplateState

/// What became of what was open when an engine ended before its time.
package struct Recovery: Sendable {
    /// The log with all that was found out; what could not be is still open in it.
    package var log: JournalLog
    package var diagnostics: Diagnostics

    /// The state to be stored, and to go on from, if nothing is open any more.
    package var state: State {
        var state = log.state
        state.serial = log.nextSerial
        return state
    }
}

extension TemplateEngine {
    /// Finds out what became of everything that began and was not settled; needs no template, and changes nothing.
    ///
    /// What an interrupted creation left behind may be a part of what it should be, even if its provider takes it for the
    /// whole: it is tainted in the state, and so replaced by the next plan. An object that was being changed is taken as it is
    /// now. One that was to end is gone, or stays. Asking again gives the same answer.
    ///
    /// What cannot be found out, because a provider fails, stays open with an error; then keep the journal, and try again
    /// before anything else is planned.
    package static func recover(_ log: JournalLog, catalog: ProviderCatalog, environment: EngineEnvironment) async -> Recovery {
        let nothing = Configuration(modules: [:], sources: [:], rootDirectory: environment.provider.directory)
        let engine = TemplateEngine(
            configuration: nothing, catalog: catalog, environment: environment, providerConfigurations: log.providerConfigurations)
        do {
            let timestamp = Clock.now()
            let plan = Plan(priorState: log.state, timestamp: timestamp)
            let order = OperationOrder(plan, StaticDependencies(configuration: nothing, catalog: catalog))
            let walk = try engine.walk(
                .apply(Applying(plan: plan, targeting: nil, state: log.state, journal: nil, order: order)), inputs: [:],
                planTimestamp: timestamp,
                timestamp: timestamp)
            return await withTaskCancellationHandler {
                await walk.settleOpen(log)
            } onCancel: {
                Task { await walk.cancel() }
            }
        } catch {
            return Recovery(log: log, diagnostics: [.error("Cannot recover", "\(error)")])
        }
    }
}
