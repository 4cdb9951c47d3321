import CShims
import Dispatch
import Glibc
import JSON
import PluginABI
import PluginLoading
import ResourceGraph
import Synchronization

/// Says something where the host's own log goes; the socket may not serve.
private func complain(_ text: String) {
    let line = Array("berth-plugin-worker: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

/// The worker's side of the conversation: loads one plugin and runs one job at a time on it.
package final class WorkerProcess: Sendable {
    private let socket: FrameSocket
    private let output: OutputQueue
    private let current = Mutex<Job?>(nil)

    /// After the host is gone, running jobs get this long to stop; then the process ends.
    private static let orphanGraceSeconds: UInt32 = 20

    private struct Job {
        var id: JobID
        var bridge: JobBridge
        var control: JobControl
        var sink: WorkerSink
    }

    /// Serves the host at ``WireProtocol/socketDescriptor`` until it hangs up.
    ///
    /// - Returns: the process's exit code.
    package static func run() -> Int32 {
        keepDescriptors()
        do throws(PluginError) {
            let socket = FrameSocket(WireProtocol.socketDescriptor)
            let worker = WorkerProcess(socket, try OutputQueue(socket))
            return worker.serve()
        } catch {
            // Nobody listens yet; what is written here is in the host's own log.
            complain("\(error)")
            return 1
        }
    }

    /// Socket and library stay in this process; what else the host's starter left open is not the plugin's business.
    private static func keepDescriptors() {
        // What a plugin prints must not come between what the host's own command writes.
        _ = dup2(STDERR_FILENO, STDOUT_FILENO)  // fails if there is no standard error; then nothing can be said of it either
        for descriptor in directoryEntries("/proc/self/fd").compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            if descriptor == WireProtocol.socketDescriptor || descriptor == WireProtocol.libraryDescriptor {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)  // fails for no open descriptor
            } else {
                close(descriptor)
            }
        }
    }

    private init(_ socket: FrameSocket, _ output: OutputQueue) {
        self.socket = socket
        self.output = output
    }

    private func serve() -> Int32 {
        var reader = FrameReader(socket)
        var instance: LoadedInstance?
        defer { reader.deallocate() }
        do throws(WireError) {
            while true {
                while let frame = try reader.nextBuffered() {
                    var bytes = ByteReader(frame)
                    switch try HostMessage(decoding: &bytes) {
                    case .start(let start):
                        guard instance == nil else { throw WireError(description: "the host started this worker twice") }
                        instance = load(start)
                    case .run(let id, let request):
                        guard let instance else { throw WireError(description: "the host runs a job before the start") }
                        begin(id, request, instance)
                    case .cancel(let deadline):
                        current.withLock { $0 }?.control.cancel(deadline: deadline)
                    case .interrupt:
                        interrupt(instance)
                    case .checkpointAnswer(let status):
                        current.withLock { $0 }?.sink.answer(status)
                    }
                }
                guard reader.fill() else { break }
            }
        } catch {
            complain("\(error)")
            return 1
        }
        abandon()
        return 0
    }

    // MARK: - Start

    private func load(_ start: StartMessage) -> LoadedInstance? {
        let words = CreationSink()
        do throws(PluginError) {
            try apply(start.limits)
            umask(0o022)
            // A peer that is gone is an error of the call, not the end of the worker.
            signal(SIGPIPE, SIG_IGN)
            // The plugin may start processes whose own children outlive them; they come back here instead of to init.
            _ = cshims_become_subreaper()
            let entry = try PluginLibrary.load(descriptor: WireProtocol.libraryDescriptor, path: start.libraryPath)
            let library = try PluginLibrary(entry: entry)
            let instance = try create(library, start, words)
            directories.withLock { $0 = start.directories }
            output.send(.started(library.descriptor), mayWait: false)
            return instance
        } catch {
            let error = words.explaining(error)
            output.send(.refused(code: error.code.rawValue, message: error.message, cause: error.cause), mayWait: false)
            return nil
        }
    }

    private let directories = Mutex(HostDirectories(plugin: "", cache: "", work: ""))

    private func apply(_ limits: WorkerLimits) throws(PluginError) {
        // A crash leaves no core file: it would hold the secrets of a build.
        _ = cshims_set_limit(Int32(CSHIMS_LIMIT_CORE), 0)
        let wanted: [(Int, UInt64?)] = [
            (CSHIMS_LIMIT_MEMORY, limits.memoryBytes), (CSHIMS_LIMIT_FILES, limits.openFiles),
            (CSHIMS_LIMIT_CPU_SECONDS, limits.cpuSeconds),
        ]
        for (limit, value) in wanted {
            guard let value else { continue }
            let status = cshims_set_limit(Int32(limit), value)
            // A limit above the one this process was started with cannot be set, and need not be.
            guard status == 0 || status == -EPERM else { throw .system("cannot set a resource limit", -status) }
        }
    }

    /// Creates the instance on a job's thread, as the ABI asks.
    private func create(_ library: PluginLibrary, _ start: StartMessage, _ words: CreationSink) throws(PluginError) -> LoadedInstance {
        let done = DispatchSemaphore(value: 0)
        let made = Made()
        let output = output
        let control = try JobControl()
        try JobThread.start("berth-create") {
            let bridge = JobBridge(
                id: .new(), operation: nil, stateVersion: 0, workDirectory: start.directories.work, control: control, sink: words)
            let result: Result<LoadedInstance, PluginError>
            do throws(PluginError) {
                result = .success(
                    try LoadedInstance(
                        library, configuration: start.configuration, directories: start.directories, bridge: bridge,
                        log: { output.log(.pluginLog($0)) }))
            } catch { result = .failure(error) }
            made.result.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return try made.result.withLock { $0 }!.get()
    }

    private final class Made: Sendable {
        let result = Mutex<Result<LoadedInstance, PluginError>?>(nil)
    }

    // MARK: - Jobs

    private func begin(_ id: JobID, _ request: JobRequest, _ instance: LoadedInstance) {
        do throws(PluginError) {
            let function = try instance.library.function(for: request.operation)
            let work = directories.withLock { $0.work } + "/" + id.rawValue
            try makeDirectory(work)
            let control = try JobControl()
            let sink = WorkerSink(output)
            let bridge = JobBridge(
                id: id, operation: request.operation, stateVersion: instance.library.descriptor.stateVersion, workDirectory: work,
                control: control, sink: sink)
            current.withLock { $0 = Job(id: id, bridge: bridge, control: control, sink: sink) }
            try JobThread.start("berth-job") { [self] in
                let (status, violations) = instance.run(function, request: request, bridge: bridge)
                current.withLock { $0 = nil }
                removeTree(work)
                while cshims_reap_any() > 0 {}
                output.send(.finished(status: status, violations: violations, childrenLeft: cshims_has_children() != 0), mayWait: true)
            }
        } catch {
            current.withLock { $0 = nil }
            output.send(
                .finished(
                    status: PluginStatus.internalError.rawValue, violations: ["the job could not be started: \(error)"], childrenLeft: false
                ),
                mayWait: false)
        }
    }

    private func interrupt(_ instance: LoadedInstance?) {
        guard let instance, let job = current.withLock({ $0 }) else { return }
        // On a thread of its own: a plugin whose interrupt() hangs must not keep this one from the socket.
        do { try JobThread.start("berth-interrupt") { instance.interrupt(job.bridge) } } catch {
            output.log(.log(LogRecord(.warning, "interrupt could not be called: \(error)", stage: "host")))
        }
    }

    /// The host is gone: nothing can be stored any more, so jobs are stopped and the process ends.
    private func abandon() {
        guard let job = current.withLock({ $0 }) else { return }
        job.sink.answer(.unavailable)
        job.sink.close()
        job.control.cancel(deadline: cshims_monotonic_ns() + UInt64(Self.orphanGraceSeconds / 2) * 1_000_000_000)
        let limit = cshims_monotonic_ns() + UInt64(Self.orphanGraceSeconds) * 1_000_000_000
        while current.withLock({ $0 != nil }), cshims_monotonic_ns() < limit { usleep(20_000) }  // there is nobody to be woken by
    }
}

/// Turns a running job's calls into frames.
private final class WorkerSink: JobSink {
    private let output: OutputQueue
    private let answered = DispatchSemaphore(value: 0)
    private let state = Mutex<(waiting: Bool, status: PluginStatus, closed: Bool)>((false, .unavailable, false))

    init(_ output: OutputQueue) { self.output = output }

    func log(_ record: LogRecord) { output.log(.log(record)) }
    func progress(_ progress: ProgressReport) { output.offer(.progress(progress)) }
    func diagnose(_ diagnostic: Diagnostic) { output.send(.diagnostic(diagnostic), mayWait: false) }
    func add(_ node: GraphNode) -> PluginStatus { send(.node(node)) }
    func add(_ edge: GraphEdge) -> PluginStatus { send(.edge(edge)) }
    func add(_ output: GraphOutput) -> PluginStatus { send(.output(output)) }
    func keepPlan(_ plan: [UInt8]) -> PluginStatus { send(.plan(plan)) }
    func publish(kind: String, json: String) -> PluginStatus { send(.document(kind: kind, json: json)) }

    /// Sends the checkpoint and waits for the host to say that it is stored.
    func checkpoint(_ checkpoint: Checkpoint) -> PluginStatus {
        let isOpen = state.withLock { state in
            guard !state.closed else { return false }
            state.waiting = true
            return true
        }
        guard isOpen, output.send(.checkpoint(checkpoint), mayWait: true) else { return .unavailable }
        answered.wait()
        return state.withLock { $0.status }
    }

    /// The host's answer to the checkpoint that waits for one.
    func answer(_ status: PluginStatus) {
        let isAwaited = state.withLock { state in
            guard state.waiting else { return false }
            state.waiting = false
            state.status = status
            return true
        }
        if isAwaited { answered.signal() }
    }

    /// From now on checkpoints cannot be stored.
    func close() {
        state.withLock { $0.closed = true }
    }

    private func send(_ message: WorkerMessage) -> PluginStatus {
        output.send(message, mayWait: true) ? .ok : .unavailable
    }
}
