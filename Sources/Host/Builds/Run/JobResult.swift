import JSON
import PluginLoading
import PluginSupervision
import Postgres
import ResourceGraph

/// What became of a job, before it is written.
struct JobResult: Sendable {
    enum Outcome: Sendable { case succeeded, cancelled, failed }

    var outcome: Outcome
    var error: String?
    var code: String?
    var diagnostics: [Diagnostic] = []
    /// What exists now, or would exist.
    var graph: ResourceGraph?
    /// Of an import: what the template asks, and what a start and a stop would make.
    var imported: Imported?
    /// Of a build: whether the job of the plugin is settled, so that it need not be recovered.
    var isSettled = false

    struct Imported: Sendable {
        var plugin: String
        var parameters: JSONValue
        var start: ResourceGraph
        var stop: ResourceGraph
    }

    /// As an operation ended.
    init(_ report: JobReport) {
        diagnostics = report.diagnostics
        graph = report.graph
        isSettled = report.outcome != .lost
        switch report.outcome {
        case .succeeded: outcome = .succeeded
        case .cancelled: outcome = .cancelled
        case .failed, .refused, .unavailable, .lost:
            outcome = .failed
            let first = report.diagnostics.first { $0.severity == .error }
            error = report.error?.message ?? first?.summary ?? "the plugin says \"\(report.outcome.rawValue)\" and not why"
            code = report.outcome == .lost ? BuildError.Code.lost.rawValue : first?.code ?? report.error?.code.rawValue ?? "plugin.\(report.outcome.rawValue)"
        }
    }

    /// As it could not be carried out.
    init(_ error: any Error) {
        switch error {
        case is CancellationError:
            outcome = .cancelled
            return
        case let error as BuildError: (self.error, code) = (error.message, error.code.rawValue)
        case let error as PluginError: (self.error, code) = (error.description, error.code.rawValue)
        case let error as DatabaseError: (self.error, code) = ("\(error)", "database.\(error.code.name)")
        default: (self.error, code) = ("\(error)", BuildError.Code.failed.rawValue)
        }
        outcome = .failed
    }

    var succeeded: Bool { outcome == .succeeded }
}
