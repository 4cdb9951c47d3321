import JSON
package import ResourceGraph
import PluginABI
import Synchronization

/// The host's end of a job: gathers what the plugin reports, and judges it when the operation has returned.
package final class JobCollector: Sendable {
    package let id: JobID
    private let plugin: PluginID
    private let operation: JobOperation
    private let observer: any JobObserver
    private let redactor: Redactor
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// More diagnostics in one job are not kept; a log record says so.
    package static let diagnosticsMax = 1000

    private struct State {
        var builder = ResourceGraphBuilder()
        var problem: String?
        var diagnostics: [Diagnostic] = []
        var plan: [UInt8]?
        var documents: [String: JSONValue] = [:]
        var checkpoint: Checkpoint?
        var dropped: UInt64 = 0
    }

    package init(id: JobID, plugin: PluginID, request: JobRequest, observer: any JobObserver) {
        self.id = id
        self.plugin = plugin
        operation = request.operation
        redactor = Redactor(inputs: request.inputs)
        self.observer = observer
    }

    package func log(_ records: [LogRecord]) { observer.received(records.map(redactor.redact)) }

    /// Says something about the job in the host's own name.
    package func note(_ severity: Severity, _ message: String) {
        observer.received([LogRecord(severity, message, stage: "host")])
    }

    package func dropped(_ count: UInt64) {
        state.withLock { $0.dropped += count }
        observer.received([
            LogRecord(.warning, "\(count) log records were dropped: they came faster than they could be taken", stage: "host")
        ])
    }

    package func progress(_ progress: ProgressReport) { observer.received(redactor.redact(progress)) }

    package func diagnose(_ said: Diagnostic) {
        let diagnostic = redactor.redact(said)
        let (isKept, isFull) = state.withLock { state in
            guard state.diagnostics.count < Self.diagnosticsMax else { return (false, false) }
            state.diagnostics.append(diagnostic)
            return (true, state.diagnostics.count == Self.diagnosticsMax)
        }
        if isKept { observer.received(diagnostic) }
        if isFull { note(.warning, "there are \(Self.diagnosticsMax) diagnostics; further ones of this job are not kept") }
    }

    /// Hands a checkpoint to be stored and returns when it is durable, or with what the plugin is answered instead.
    package func store(_ checkpoint: Checkpoint) async -> PluginStatus {
        do {
            try await observer.store(checkpoint)
            state.withLock { $0.checkpoint = checkpoint }
            return .ok
        } catch {
            note(.error, "a checkpoint could not be stored: \(error)")
            return .unavailable
        }
    }

    package func add(_ node: GraphNode) -> PluginStatus {
        adding { try $0.add(node) }
    }

    package func add(_ edge: GraphEdge) -> PluginStatus {
        adding { try $0.add(edge) }
    }

    package func add(_ output: GraphOutput) -> PluginStatus {
        adding { try $0.add(output) }
    }

    package func keepPlan(_ plan: [UInt8]) -> PluginStatus {
        state.withLock { $0.plan = plan }
        return .ok
    }

    package func publish(kind: String, json: String) -> PluginStatus {
        do {
            let document = try JSONValue(parsing: json)
            state.withLock { $0.documents[kind] = document }
            return .ok
        } catch {
            state.withLock { $0.problem = $0.problem ?? "document \(kind): \(error)" }
            return .invalidArgument
        }
    }

    private func adding(_ body: (inout ResourceGraphBuilder) throws -> Void) -> PluginStatus {
        state.withLock { state in
            do {
                try body(&state.builder)
                return .ok
            } catch {
                state.problem = state.problem ?? "\(error)"
                return .invalidArgument
            }
        }
    }

    /// Judges the job after the operation returned.
    ///
    /// - Parameters:
    ///   - status: what the plugin answered, as a number.
    ///   - violations: what it did wrong on the way.
    ///   - wasCancelled: whether it was asked to stop.
    package func finish(status: UInt32, violations: [String], wasCancelled: Bool) -> JobReport {
        var report = snapshot()
        let known = PluginStatus(rawValue: status)
        report.outcome =
            switch known {
            case .ok: .succeeded
            case .cancelled: .cancelled
            case .invalidArgument: .refused
            case .unavailable: .unavailable
            default: .failed
            }
        var problems = violations
        if let problem = state.withLock({ $0.problem }) { problems.append(problem) }
        switch known {
        case .ok, .cancelled, .failed, .invalidArgument, .unavailable, .internalError: break
        case .invalidState, .unsupported, .notFound, .conflict:
            problems.append("answered \(PluginStatus(wire: status)), which is no answer of an operation")
        case nil: problems.append("returned the unknown status \(status)")
        }
        if known == .cancelled, !wasCancelled { problems.append("returned CANCELLED, but was not asked to stop") }
        // A partial graph may lack the far end of an edge; only a finished one must hold together.
        if report.outcome == .succeeded {
            problems += state.withLock { $0.builder.buildPartial().issues }.map { "the graph is wrong: \($0)" }
        }
        let isExplained = report.diagnostics.contains { $0.severity == .error }
        if let problem = problems.first {
            let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
            report.outcome = .failed
            report.error = PluginError(.protocolViolation, "\(operation): \(problem)\(more)", plugin: plugin, job: id)
        } else if report.outcome != .succeeded, report.outcome != .cancelled, !isExplained {
            let status = PluginStatus(wire: status)
            report.error = PluginError(.protocolViolation, "\(operation) answered \(status) without saying why", plugin: plugin, job: id)
        }
        return report
    }

    /// Judges a job whose worker is gone.
    package func lose(_ reason: String) -> JobReport {
        var report = snapshot()
        report.outcome = .lost
        report.error = PluginError(.lost, "\(operation): \(reason)", plugin: plugin, job: id)
        return report
    }

    private func snapshot() -> JobReport {
        state.withLock { state in
            JobReport(
                id: id, outcome: .failed, error: nil, diagnostics: state.diagnostics, graph: state.builder.buildPartial().graph,
                plan: state.plan, documents: state.documents, checkpoint: state.checkpoint,
                droppedRecords: state.dropped, duration: ContinuousClock.now - started)
        }
    }
}
