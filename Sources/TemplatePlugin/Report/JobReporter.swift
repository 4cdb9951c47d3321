import HCL
import PluginKit
import Synchronization
import TemplateEngine
import TemplateState

/// Tells the host what an operation does, without secrets, until the operation ends.
final class JobReporter: Sendable {
    private struct State {
        var isOpen = true
        var secrets: SecretTexts
        var done = 0
        var total = 0
    }

    private let job: Job
    private let stage: String
    private let state: Mutex<State>

    /// - Parameter stage: what log lines are part of: `plan`, `apply`, …
    init(_ job: Job, stage: String, secrets: SecretTexts) {
        self.job = job
        self.stage = stage
        state = Mutex(State(secrets: secrets))
    }

    /// Nothing is told any more: what comes late would find no job.
    func close() { state.withLock { $0.isOpen = false } }

    /// Has a text kept out of everything that is told from now on.
    func keepSecret(_ text: String) { state.withLock { $0.secrets.insert(text) } }

    var secrets: SecretTexts { state.withLock { $0.secrets } }

    /// Says how many changes there will be.
    func expect(_ plan: Plan) {
        let total = plan.changes.count { $0.action != .noOp }
        state.withLock { $0.total = total }
    }

    func log(_ severity: Job.Severity, _ message: String, resource: String? = nil) {
        state.withLock { state in
            guard state.isOpen else { return }
            let text = state.secrets.redacting(message)
            if let resource {
                job.log(severity, text, stage: stage, fields: ["resource": resource])
            } else {
                job.log(severity, text, stage: stage)
            }
        }
    }

    private func progress(_ message: String, _ address: String, isDone: Bool) {
        state.withLock { state in
            if isDone { state.done += 1 }
            guard state.isOpen else { return }
            job.progress(
                message, done: UInt64(state.done), total: UInt64(max(state.total, state.done)), resource: address)
        }
    }

    /// For the engine.
    func received(_ event: EngineEvent) {
        switch event {
        case .refreshing(let address): log(.debug, "refreshing", resource: address)
        case .reading(let address): log(.debug, "reading", resource: address)
        case .read(let address): log(.debug, "read", resource: address)
        case .applying(let address, let action):
            log(.info, action.words.doing, resource: address)
            progress(action.words.doing, address, isDone: false)
        case .applied(let address, let action, let id):
            log(.info, action.words.done + (id.map { " (\($0))" } ?? ""), resource: address)
            progress(action.words.done, address, isDone: true)
        case .failed(let address, let action):
            log(.error, "\(action.words.doing) failed", resource: address)
        case .provisioning(let address, let provisioner): log(.info, "provisioning with \(provisioner)", resource: address)
        case .output(let address, let line): log(.info, line, resource: address)
        case .progress(let address, let message, let done, let total):
            state.withLock { state in
                if state.isOpen { job.progress(state.secrets.redacting(message), done: done, total: total, resource: address) }
            }
        }
    }

    func report(_ diagnostics: Diagnostics, _ code: String, places: DiagnosticPlaces = DiagnosticPlaces()) {
        for diagnostic in diagnostics {
            let place = places.place(of: diagnostic)
            report(
                PluginKit.Diagnostic(
                    diagnostic.severity == .error ? .error : .warning, code: code, summary: diagnostic.summary, detail: diagnostic.detail,
                    resource: place.resource, attribute: place.attribute, sourcePath: place.path, line: place.line, column: place.column))
        }
    }

    func report(_ diagnostic: PluginKit.Diagnostic) {
        state.withLock { state in
            guard state.isOpen else { return }
            var shown = diagnostic
            shown.summary = state.secrets.redacting(diagnostic.summary)
            shown.detail = state.secrets.redacting(diagnostic.detail)
            job.diagnose(shown)
        }
    }
}

extension ResourceChange.Action {
    /// For log lines.
    fileprivate var words: (doing: String, done: String) {
        switch self {
        case .create: ("creating", "created")
        case .read: ("reading", "read")
        case .update: ("updating", "updated")
        case .delete: ("deleting", "deleted")
        case .replace, .createThenDelete: ("replacing", "replaced")
        case .forget: ("forgetting", "forgotten")
        case .noOp: ("keeping", "kept")
        }
    }
}
