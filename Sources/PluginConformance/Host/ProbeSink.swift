import CShims
import Glibc
import JSON
import PluginLoading
import ResourceGraph
import Synchronization

/// A call of a plugin to its host.
struct HostCall: Sendable, Equatable {
    /// 1 for the first of a job.
    var number: Int
    /// As the header names it.
    var function: String
    /// The address, name or text concerned.
    var subject: String

    /// `host call 4 (add_resource docker_container.main)`
    var description: String { "host call \(number) (\(function)\(subject.isEmpty ? "" : " \(subject)"))" }
}

/// What the host does to a plugin in the middle of a job.
struct Disturbance: Sendable, Equatable {
    enum Deed: Sendable, Equatable {
        /// Answers this and all that follow in the same way, as a host that is gone would.
        case refuse(PluginStatus)
        /// Cancels the job before answering.
        case cancel
        /// Kills the process before the call has any effect.
        case killBefore
        /// Kills the process when the call has had its effect.
        case killAfter
    }

    var deed: Deed
    /// The number of the call, counted among those that ``functions`` names.
    var at: Int
    /// nil: all functions.
    var functions: Set<String>?

    static let sinks: Set<String> = ["add_resource", "add_edge", "add_output", "set_plan", "set_document"]
}

/// A host that writes down everything a plugin says, and errs where it is told to.
final class ProbeSink: JobSink {
    /// What was said.
    struct Record: Sendable {
        var calls: [HostCall] = []
        var logs: [LogRecord] = []
        var progress: [ProgressReport] = []
        var diagnostics: [Diagnostic] = []
        var checkpoints: [Checkpoint] = []
        var nodes: [GraphNode] = []
        var edges: [GraphEdge] = []
        var outputs: [GraphOutput] = []
        var documents: [String: JSONValue] = [:]
        var plan: [UInt8]?
        /// The call at which the disturbance happened.
        var disturbed: HostCall?
    }

    private struct State {
        var record = Record()
        var counted = 0
        var callCount = 0
    }

    private let state = Mutex(State())
    private let disturbance: Disturbance?
    private let control: JobControl
    /// Makes a checkpoint durable.
    private let store: (@Sendable (Checkpoint) -> PluginStatus)?
    /// A plugin that logs without end must not fill memory.
    private static let keptMax = 20_000

    init(_ control: JobControl, disturbance: Disturbance? = nil, store: (@Sendable (Checkpoint) -> PluginStatus)? = nil) {
        self.control = control
        self.disturbance = disturbance
        self.store = store
    }

    var record: Record { state.withLock { $0.record } }

    func log(_ record: LogRecord) {
        call("log", record.message) { $0.logs.append(record) }
    }

    func progress(_ progress: ProgressReport) {
        call("progress", progress.resource ?? "") { $0.progress.append(progress) }
    }

    func diagnose(_ diagnostic: Diagnostic) {
        call("diagnose", diagnostic.code) { $0.diagnostics.append(diagnostic) }
    }

    func checkpoint(_ checkpoint: Checkpoint) -> PluginStatus {
        call("checkpoint", "\(checkpoint.state.count) bytes", before: { self.store?(checkpoint) ?? .ok }) {
            $0.checkpoints.append(checkpoint)
        }
    }

    func add(_ node: GraphNode) -> PluginStatus {
        call("add_resource", node.address) { $0.nodes.append(node) }
    }

    func add(_ edge: GraphEdge) -> PluginStatus {
        call("add_edge", "\(edge.from) to \(edge.to)") { if !$0.edges.contains(edge) { $0.edges.append(edge) } }
    }

    func add(_ output: GraphOutput) -> PluginStatus {
        call("add_output", output.name) { $0.outputs.append(output) }
    }

    func keepPlan(_ plan: [UInt8]) -> PluginStatus {
        call("set_plan", "\(plan.count) bytes") { $0.plan = plan }
    }

    func publish(kind: String, json: String) -> PluginStatus {
        // The bridge has parsed it, so it can be parsed.
        let document = (try? JSONValue(parsing: json)) ?? .null
        return call("set_document", kind) { $0.documents[kind] = document }
    }

    @discardableResult
    private func call(
        _ function: String, _ subject: String, before: () -> PluginStatus = { .ok }, _ keep: (inout Record) -> Void
    ) -> PluginStatus {
        let deed: Disturbance.Deed? = state.withLock { state in
            state.callCount += 1
            let call = HostCall(number: state.callCount, function: function, subject: String(subject.prefix(100)))
            if state.record.calls.count < Self.keptMax { state.record.calls.append(call) }
            guard let disturbance, disturbance.functions?.contains(function) ?? true else { return nil }
            state.counted += 1
            if state.counted == disturbance.at { state.record.disturbed = call }
            if case .refuse = disturbance.deed { return state.counted >= disturbance.at ? disturbance.deed : nil }
            return state.counted == disturbance.at ? disturbance.deed : nil
        }
        switch deed {
        case .refuse(let status): return status
        case .cancel: control.cancel(deadline: cshims_monotonic_ns() + 1_000_000_000)
        case .killBefore: kill(getpid(), SIGKILL)
        case .killAfter, nil: break
        }
        let answer = before()
        if deed == .killAfter { kill(getpid(), SIGKILL) }
        guard answer == .ok else { return answer }
        state.withLock { state in
            if state.callCount < Self.keptMax || function == "checkpoint" { keep(&state.record) }
        }
        return .ok
    }
}
