import CShims
import Dispatch
import Glibc
package import JSON
package import Logging
import PluginABI
import ResourceGraph
import Synchronization

/// A plugin in the host's own process: for tests, and where a configuration asks for it.
///
/// A crash of the plugin is a crash of the host, and an operation that ignores its cancellation cannot be ended:
/// its job is reported lost, its thread stays, and the instance takes no more jobs. Use a worker where that matters.
package final class InProcessInstance: PluginInstance {
    package let descriptor: PluginDescriptor
    private let instance: LoadedInstance
    private let directories: HostDirectories
    private let state = Mutex(State())

    private struct State {
        var running: UInt32 = 0
        /// A job that would not end; it may still use the instance.
        var abandoned: JobID?
        var isClosed = false
    }

    /// Creates the plugin's instance.
    ///
    /// - Throws: ``PluginError`` with code `configuration`, carrying the plugin's own words, or another if it cannot be created.
    package static func make(
        _ library: PluginLibrary, configuration: JSONValue, directories: HostDirectories, logger: Logger
    ) async throws(PluginError) -> InProcessInstance {
        try ConfigurationCheck.check(configuration, against: library.descriptor)
        let result: Result<InProcessInstance, PluginError> = await withCheckedContinuation { continuation in
            do throws(PluginError) {
                try JobThread.start("berth-create") {
                    continuation.resume(
                        returning: Self.create(library, configuration.serialized(), directories: directories, logger: logger))
                }
            } catch { continuation.resume(returning: .failure(error)) }
        }
        return try result.get()
    }

    private static func create(
        _ library: PluginLibrary, _ configuration: String, directories: HostDirectories, logger: Logger
    ) -> Result<InProcessInstance, PluginError> {
        let words = CreationSink()
        do throws(PluginError) {
            let bridge = JobBridge(
                id: .new(), operation: nil, stateVersion: 0, workDirectory: directories.work, control: try JobControl(), sink: words)
            let instance = try LoadedInstance(library, configuration: configuration, directories: directories, bridge: bridge) { record in
                logger.log(
                    level: record.severity.level, "plugin message",
                    metadata: ["plugin.id": "\(library.descriptor.id)", "plugin.message": "\(record.message)"])
            }
            return .success(InProcessInstance(instance, directories: directories))
        } catch {
            return .failure(words.explaining(error))
        }
    }

    private init(_ instance: LoadedInstance, directories: HostDirectories) {
        self.instance = instance
        self.directories = directories
        descriptor = instance.library.descriptor
    }

    package func run(_ request: JobRequest, options: JobOptions, observer: any JobObserver) async throws(PluginError) -> JobReport {
        let function: PluginLibrary.PluginFunction
        let control: JobControl
        let work = directories.work + "/" + options.id.rawValue
        do throws(PluginError) {
            try descriptor.check(request.checkpoint)
            function = try instance.library.function(for: request.operation)
            control = try JobControl()
            try enter(options.id)
        } catch { throw error.at(plugin: descriptor.id, job: options.id) }
        do throws(PluginError) { try makeDirectory(work) } catch {
            leave()
            throw error.at(plugin: descriptor.id, job: options.id)
        }
        let collector = JobCollector(id: options.id, plugin: descriptor.id, request: request, observer: observer)
        let sink = InProcessSink(collector)
        let bridge = JobBridge(
            id: options.id, operation: request.operation, stateVersion: descriptor.stateVersion, workDirectory: work, control: control,
            sink: sink)
        let end = OneShot<JobReport>()
        let ladder = CancelLadder(
            options.cancel,
            steps: .init(
                cancel: { control.cancel(deadline: $0) },
                interrupt: { [instance] in instance.interrupt(bridge) },
                warn: { collector.note(.warning, "the deadline has passed; the job is given up soon") },
                kill: { [self] reason in
                    state.withLock { $0.abandoned = options.id }
                    // Ends with the checkpoint that is being stored: it must not land after the recovery's own.
                    Task.detached {
                        await sink.close()
                        end.resolve(collector.lose(reason + "; it runs in the host's process and cannot be ended"))
                    }
                }))
        let limit = options.timeLimit.map { limit in
            // Ends when the job does, below.
            Task.detached {
                do {
                    try await Task.sleep(for: limit)
                    ladder.start(because: "the job ran longer than \(limit.seconds) s")
                } catch {
                    // Only cancellation throws here: the job ended in time.
                }
            }
        }
        do throws(PluginError) {
            try JobThread.start("berth-job") { [instance] in
                let (status, violations) = instance.run(function, request: request, bridge: bridge)
                removeTree(work)
                end.resolve(collector.finish(status: status, violations: violations, wasCancelled: control.isCancelled))
            }
        } catch {
            limit?.cancel()
            leave()
            throw error.at(plugin: descriptor.id, job: options.id)
        }
        let report = await withTaskCancellationHandler {
            await end.value
        } onCancel: {
            ladder.start(because: "the job was cancelled")
        }
        limit?.cancel()
        ladder.finish()
        leave()
        return report
    }

    package func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            precondition(state.running == 0 || state.abandoned != nil, "an instance is closed while a job runs on it")
            // An abandoned job may still use the instance; then it is left as it is.
            return !state.isClosed && state.abandoned == nil
        }
        if isFirst { instance.destroy() }
    }

    private func enter(_ job: JobID) throws(PluginError) {
        let refusal: PluginError? = state.withLock { state in
            precondition(!state.isClosed, "a job is started on a closed instance")
            if let abandoned = state.abandoned {
                return PluginError(.lost, "the instance is still held by \(abandoned), which did not return")
            }
            if descriptor.maxConcurrentJobs > 0, state.running >= descriptor.maxConcurrentJobs {
                return PluginError(.limit, "\(state.running) jobs are running, which is the plugin's limit")
            }
            state.running += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    private func leave() {
        state.withLock { $0.running -= 1 }
    }
}

/// Passes a job's calls to its collector; blocks the job's thread while a checkpoint is stored.
private final class InProcessSink: JobSink {
    private let collector: JobCollector
    private let state = Mutex<(storing: Task<Void, Never>?, isClosed: Bool)>((nil, false))

    init(_ collector: JobCollector) { self.collector = collector }

    func log(_ record: LogRecord) { collector.log([record]) }
    func progress(_ progress: ProgressReport) { collector.progress(progress) }
    func diagnose(_ diagnostic: Diagnostic) { collector.diagnose(diagnostic) }
    func add(_ node: GraphNode) -> PluginStatus { collector.add(node) }
    func add(_ edge: GraphEdge) -> PluginStatus { collector.add(edge) }
    func add(_ output: GraphOutput) -> PluginStatus { collector.add(output) }
    func keepPlan(_ plan: [UInt8]) -> PluginStatus { collector.keepPlan(plan) }
    func publish(kind: String, json: String) -> PluginStatus { collector.publish(kind: kind, json: json) }

    func checkpoint(_ checkpoint: Checkpoint) -> PluginStatus {
        // This is the job's own thread, which the ABI allows to block; the pool's threads never wait here.
        let done = DispatchSemaphore(value: 0)
        let answer = Answer()
        let collector = collector
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.storing = Task.detached {
                let status = await collector.store(checkpoint)
                answer.status.withLock { $0 = status }
                done.signal()
            }
            return true
        }
        guard isOpen else { return .unavailable }
        done.wait()
        return answer.status.withLock { $0 }
    }

    /// Refuses further checkpoints; returns when none is being stored.
    func close() async {
        let storing = state.withLock { state in
            state.isClosed = true
            return state.storing
        }
        await storing?.value
    }

    private final class Answer: Sendable {
        let status = Mutex(PluginStatus.unavailable)
    }
}

/// A value that arrives once, from any thread; later ones are ignored.
package final class OneShot<Value: Sendable>: Sendable {
    private let state = Mutex<(value: Value?, waiter: CheckedContinuation<Value, Never>?)>((nil, nil))

    package init() {}

    package func resolve(_ value: Value) {
        let waiter: CheckedContinuation<Value, Never>? = state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: value)
    }

    /// The value, as soon as there is one. For one waiter.
    package var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value: Value? = state.withLock { state in
                    if state.value == nil {
                        precondition(state.waiter == nil, "a one-shot value has one waiter")
                        state.waiter = continuation
                    }
                    return state.value
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
