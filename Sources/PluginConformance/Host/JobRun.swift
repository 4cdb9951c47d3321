import CShims
import Dispatch
import PluginLoading
import Synchronization

/// Runs work of a plugin on a thread as the contract promises it, and does not wait for ever.
enum JobRun {
    /// How long a job may take.
    struct Patience: Sendable {
        /// Until it is cancelled.
        var untilCancelSeconds: Double
        /// From the cancel to `interrupt`.
        var interruptSeconds: Double
        /// From the cancel until it counts as hung.
        var graceSeconds: Double
    }

    /// Runs an operation.
    ///
    /// - Throws: ``ConformanceStop/failed(_:)`` if it does not return. Its thread is then still there.
    static func run(
        _ request: JobRequest, on instance: LoadedInstance, workDirectory: String, disturbance: Disturbance?, isCancelled: Bool,
        patience: Patience, store: (@Sendable (Checkpoint) -> PluginStatus)?
    ) throws -> JobRecord {
        let function = try instance.library.function(for: request.operation)
        let id = JobID.new()
        let work = workDirectory + "/" + id.rawValue
        try makeDirectory(work)
        defer { removeTree(work) }
        let control = try JobControl()
        if isCancelled { control.cancel(deadline: cshims_monotonic_ns() + 1_000_000_000) }
        let sink = ProbeSink(control, disturbance: disturbance, store: store)
        let bridge = JobBridge(
            id: id, operation: request.operation, stateVersion: instance.library.descriptor.stateVersion, workDirectory: work,
            control: control, sink: sink)
        let end = Ending<(status: UInt32, violations: [String])>()
        try JobThread.start("berth-job") { end.resolve(instance.run(function, request: request, bridge: bridge)) }

        let cancelAt = cshims_monotonic_ns() + nanoseconds(patience.untilCancelSeconds)
        var cancelledAt: UInt64?
        var wasLate = false
        var wasInterrupted = false
        while !end.wait(seconds: 0.02) {
            let now = cshims_monotonic_ns()
            if cancelledAt == nil, control.isCancelled { cancelledAt = now }
            if cancelledAt == nil, now >= cancelAt {
                control.cancel(deadline: now + nanoseconds(patience.graceSeconds))
                cancelledAt = now
                wasLate = true
            }
            guard let cancelledAt else { continue }
            if !wasInterrupted, now >= cancelledAt + nanoseconds(patience.interruptSeconds) {
                wasInterrupted = true
                instance.interrupt(bridge)
            }
            if now >= cancelledAt + nanoseconds(patience.graceSeconds) {
                let last = sink.record.calls.last.map { "; its last was \($0.description)" } ?? "; it made no host call"
                let before = wasLate ? "did not return within \(patience.untilCancelSeconds) s, nor" : "did not return"
                throw ConformanceStop.failed("\(request.operation) \(before) within \(patience.graceSeconds) s of being cancelled\(last)")
            }
        }
        let result = end.value!
        return JobRecord(
            operation: request.operation, status: result.status, violations: result.violations, said: sink.record,
            wasCancelled: control.isCancelled, wasLate: wasLate, bridge: bridge)
    }

    /// Runs anything else on a job's thread.
    ///
    /// - Throws: ``ConformanceStop/failed(_:)`` if it does not return.
    static func call<Value: Sendable>(_ what: String, seconds: Double, _ body: @escaping @Sendable () -> Value) throws -> Value {
        let end = Ending<Value>()
        try JobThread.start("berth-call") { end.resolve(body()) }
        try expect(end.wait(seconds: seconds), "\(what) did not return within \(seconds) s")
        return end.value!
    }

    private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
}

/// A value that a thread leaves for another.
private final class Ending<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    func resolve(_ value: Value) {
        state.withLock { $0 = value }
        semaphore.signal()
    }

    /// Whether it has come.
    func wait(seconds: Double) -> Bool {
        semaphore.wait(timeout: .now() + seconds) == .success
    }

    var value: Value? { state.withLock { $0 } }
}
