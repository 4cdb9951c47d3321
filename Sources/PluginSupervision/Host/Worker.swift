import CShims
import Glibc
package import JSON
package import Logging
package import PluginLoading
import PluginABI
import ResourceGraph
import Synchronization

/// One worker process: a plugin with one configuration, running one job at a time.
///
/// A thread per worker listens to it. Whatever happens to the process, that thread notices, ends the running job as
/// lost, and cleans up what the plugin's processes left behind.
package final class Worker: Sendable {
    package let id: WorkerID
    package let descriptor: PluginDescriptor
    /// For people; the process may be gone.
    package var processID: Int32 { conversation.process }
    private let conversation: Conversation

    /// Starts a process, has it load the plugin, and returns when it is ready.
    ///
    /// - Throws: ``PluginError``: the plugin's or worker's reason why it is not.
    package static func start(
        _ settings: WorkerSettings, manifest: PluginManifest, image: LibraryImage, configuration: JSONValue, logger: Logger
    ) async throws(PluginError) -> Worker {
        let id = WorkerID.new()
        do throws(PluginError) {
            let directories = try settings.directory.directories(for: manifest)
            var logger = logger
            logger[metadataKey: "plugin.id"] = "\(manifest.id)"
            logger[metadataKey: "worker.id"] = "\(id)"
            let wakeUp = try WakeUp()
            let launched = try LaunchedWorker.launch(settings, plugin: manifest.name, image: image, id: id)
            let conversation = Conversation(launched, wakeUp, plugin: manifest.id, settings: settings, logger: logger)
            try conversation.listen()
            let start = StartMessage(
                libraryPath: manifest.libraryPath, directories: directories, configuration: configuration.serialized(),
                limits: settings.limits)
            let descriptor = try await conversation.start(start, timeout: settings.startTimeout)
            return Worker(id: id, descriptor: descriptor, conversation: conversation)
        } catch { throw error.at(plugin: manifest.id) }
    }

    private init(id: WorkerID, descriptor: PluginDescriptor, conversation: Conversation) {
        self.id = id
        self.descriptor = descriptor
        self.conversation = conversation
    }

    /// Whether the process can take another job.
    package var isUsable: Bool { conversation.isUsable }

    /// Runs one job; see ``PluginInstance/run(_:options:observer:)``. One at a time.
    package func run(_ request: JobRequest, options: JobOptions, observer: any JobObserver) async throws(PluginError) -> JobReport {
        do throws(PluginError) { try descriptor.check(request.checkpoint) } catch { throw error.at(job: options.id) }
        let collector = JobCollector(id: options.id, plugin: descriptor.id, request: request, observer: observer)
        let conversation = conversation
        let end = OneShot<JobReport>()
        let ladder = CancelLadder(
            options.cancel,
            steps: .init(
                cancel: { conversation.send(.cancel($0)) },
                interrupt: { conversation.send(.interrupt) },
                warn: { collector.note(.warning, "the deadline has passed; the worker is ended soon") },
                kill: { conversation.kill(because: $0) }))
        try conversation.begin(Conversation.Job(collector: collector, ladder: ladder, end: end), options.id, request)
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
        let report = await withTaskCancellationHandler {
            await end.value
        } onCancel: {
            ladder.start(because: "the job was cancelled")
        }
        limit?.cancel()
        return report
    }

    /// Ends the process, with whatever it runs, and returns when it and all its leftovers are gone.
    package func end() async {
        conversation.kill(because: "the worker was ended")
        await conversation.gone.value
    }
}

/// What host and one worker are saying to each other.
private final class Conversation: @unchecked Sendable {
    // Safe to share: the state is behind its mutex, writes to the socket behind `sending`, and the rest is immutable.
    let process: pid_t
    let gone = OneShot<Void>()
    private let id: WorkerID
    private let plugin: PluginID
    private let executable: String
    private let directory: HostDirectory
    private let processDescriptor: Int32
    private let socket: FrameSocket
    private let logger: Logger
    private let started = OneShot<Result<PluginDescriptor, PluginError>>()
    private let wakeUp: WakeUp
    private let sending = Mutex(Outgoing())
    private let state = Mutex(State())

    struct Job: Sendable {
        var collector: JobCollector
        var ladder: CancelLadder
        var end: OneShot<JobReport>
    }

    /// What the worker has not taken yet.
    private struct Outgoing {
        var writer = ByteWriter()
        var sent = 0
        var isEmpty: Bool { writer.bytes.isEmpty }
    }

    private struct State {
        var phase = Phase.starting
        var job: Job?
        /// The checkpoint that is being stored.
        var storing: Task<Void, Never>?
        /// Why the host ended the process, if it did.
        var reason: String?
        /// A job failed here. What it left in the process, no descriptors or memory perhaps, is not for the next one.
        var isTainted = false
    }

    private enum Phase {
        /// The plugin is being loaded. Leads to `ready` or `over`.
        case starting
        /// Jobs may run. Leads to `over`.
        case ready
        /// The process is gone or going.
        case over
    }

    init(_ launched: LaunchedWorker, _ wakeUp: WakeUp, plugin: PluginID, settings: WorkerSettings, logger: Logger) {
        id = launched.id
        process = launched.process
        processDescriptor = launched.processDescriptor
        socket = launched.socket
        self.wakeUp = wakeUp
        self.plugin = plugin
        executable = settings.executable
        directory = settings.directory
        self.logger = logger
    }

    deinit { close(processDescriptor) }

    var isUsable: Bool {
        // The listening thread may not have heard yet that the process has ended.
        state.withLock { $0.phase == .ready && $0.job == nil && !$0.isTainted } && !hasEnded(within: 0)
    }

    func listen() throws(PluginError) {
        do throws(PluginError) { try JobThread.start("berth-worker") { self.listenUntilGone() } } catch {
            Glibc.kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw error
        }
    }

    func start(_ message: StartMessage, timeout: Duration) async throws(PluginError) -> PluginDescriptor {
        send(.start(message))
        // Ends when the answer is there, below.
        let limit = Task.detached {
            do {
                try await Task.sleep(for: timeout)
                self.kill(because: "the plugin was not loaded within \(timeout.seconds) s")
            } catch {
                // Only cancellation throws here: the worker answered in time.
            }
        }
        let result = await started.value
        limit.cancel()
        return try result.get()
    }

    func begin(_ job: Job, _ id: JobID, _ request: JobRequest) throws(PluginError) {
        let refusal: PluginError? = state.withLock { state in
            guard case .ready = state.phase else { return PluginError(.lost, "the worker is gone", plugin: plugin, job: id) }
            guard state.job == nil else { return PluginError(.limit, "the worker runs another job", plugin: plugin, job: id) }
            state.job = job
            return nil
        }
        if let refusal { throw refusal }
        // If the worker is gone by now, the listening thread sees it and ends the job.
        send(.run(id, request))
    }

    /// Sends a message, or leaves the rest of it to the listening thread: a worker that does not read must not hold up
    /// whoever wants to end it. If the worker is gone, the listening thread will notice.
    func send(_ message: HostMessage) {
        sending.withLock { outgoing in
            message.encode(into: &outgoing.writer)
            push(&outgoing)
            if !outgoing.isEmpty { wakeUp.raise() }
        }
    }

    private func push(_ outgoing: inout Outgoing) {
        let count = outgoing.writer.bytes.count
        let sent = outgoing.writer.bytes.withUnsafeBytes { socket.sendSome(UnsafeRawBufferPointer(rebasing: $0[outgoing.sent...])) }
        // What a worker that is gone does not take is nobody's any more.
        outgoing.sent += sent ?? count
        guard outgoing.sent >= count else { return }
        outgoing.sent = 0
        if count > 1 << 20 { outgoing.writer = ByteWriter() } else { outgoing.writer.clear() }
    }

    func kill(because reason: String) {
        state.withLock { state in
            guard state.phase != .over else { return }
            state.reason = state.reason ?? reason
            // A process descriptor stays with the process, so this cannot hit another one.
            _ = cshims_pidfd_signal(processDescriptor, SIGKILL)
        }
    }

    // MARK: - Listening

    private func listenUntilGone() {
        var reader = FrameReader(socket)
        var problem: String?
        do throws(WireError) {
            while true {
                try takeBuffered(&reader)
                guard waitForWords() else { break }
                guard reader.fill() else {
                    // A process that ends closes its socket a moment before it is dead.
                    if !hasEnded(within: 1000) { problem = "it closed its connection" }
                    break
                }
            }
            // The process is gone; what it had sent before is still in the socket.
            while bytesAreWaiting(), reader.fill() { try takeBuffered(&reader) }
        } catch {
            problem = error.description
        }
        reader.deallocate()
        finish(problem)
    }

    /// Waits until there is something to read; meanwhile sends what could not be sent at once.
    ///
    /// - Returns: false if the process has ended; a child of it may hold the socket open, so its end alone would not tell.
    private func waitForWords() -> Bool {
        while true {
            let events = sending.withLock { $0.isEmpty ? POLLIN : POLLIN | POLLOUT }
            var waiting = [
                pollfd(fd: socket.descriptor, events: Int16(events), revents: 0),
                pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&waiting, 3, -1) < 0 { continue }  // EINTR; nothing else can go wrong with these
            if waiting[2].revents != 0 { wakeUp.lower() }
            if waiting[0].revents & ~Int16(POLLOUT) != 0 { return true }
            if waiting[1].revents != 0 { return false }
            if waiting[0].revents != 0 { sending.withLock { push(&$0) } }
        }
    }

    private func hasEnded(within milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) == 1
    }

    private func bytesAreWaiting() -> Bool {
        var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) == 1 && waiting.revents & Int16(POLLIN) != 0
    }

    private func takeBuffered(_ reader: inout FrameReader) throws(WireError) {
        var records: [LogRecord] = []
        func flush() {
            guard !records.isEmpty else { return }
            currentJob?.collector.log(records)
            records.removeAll(keepingCapacity: true)
        }
        while let frame = try reader.nextBuffered() {
            var bytes = ByteReader(frame)
            let message = try WorkerMessage(decoding: &bytes)
            if case .log(let record) = message {
                records.append(record)
                if records.count >= 512 { flush() }
            } else {
                flush()
                take(message)
            }
        }
        flush()
    }

    private var currentJob: Job? { state.withLock { $0.job } }

    private func take(_ message: WorkerMessage) {
        switch message {
        case .started(let descriptor):
            state.withLock { if case .starting = $0.phase { $0.phase = .ready } }
            started.resolve(.success(descriptor))
        case .refused(let code, let message, let cause):
            var error = PluginError(.init(rawValue: code), message, plugin: plugin)
            error.cause = cause
            started.resolve(.failure(error))
            kill(because: "the plugin was not loaded")
        case .log(let record): currentJob?.collector.log([record])
        case .dropped(let count): currentJob?.collector.dropped(count)
        case .progress(let progress): currentJob?.collector.progress(progress)
        case .diagnostic(let diagnostic): currentJob?.collector.diagnose(diagnostic)
        // The collector remembers what it refuses, and fails the job for it in the end.
        case .node(let node): _ = currentJob?.collector.add(node)
        case .edge(let edge): _ = currentJob?.collector.add(edge)
        case .output(let output): _ = currentJob?.collector.add(output)
        case .plan(let plan): _ = currentJob?.collector.keepPlan(plan)
        case .document(let kind, let json): _ = currentJob?.collector.publish(kind: kind, json: json)
        case .checkpoint(let checkpoint): store(checkpoint)
        case .finished(let status, let violations, let childrenLeft): end(status, violations, childrenLeft)
        case .pluginLog(let record):
            logger.log(level: record.severity.level, "plugin message", metadata: ["plugin.message": "\(record.message)"])
        }
    }

    private func store(_ checkpoint: Checkpoint) {
        guard let job = currentJob else { return send(.checkpointAnswer(.invalidState)) }
        // Owned by the job: it ends only when this has, also if the worker dies meanwhile.
        let task = Task.detached {
            let status = await job.collector.store(checkpoint)
            self.send(.checkpointAnswer(status))
        }
        state.withLock { $0.storing = task }
    }

    private func end(_ status: UInt32, _ violations: [String], _ childrenLeft: Bool) {
        guard let job = currentJob else { return }
        var violations = violations
        if childrenLeft {
            let killed = Leftovers.end(of: id, sparing: process)
            if !killed.isEmpty {
                let list = killed.map { "\($0.id) \($0.command)" }.joined(separator: ", ")
                violations.append("left \(killed.count) processes running, which were killed: \(list)")
            }
        }
        let wasCancelled = job.ladder.finish()
        let report = job.collector.finish(status: status, violations: violations, wasCancelled: wasCancelled)
        state.withLock { state in
            state.job = nil
            state.isTainted = report.outcome == .failed
        }
        job.end.resolve(report)
    }

    /// The process has ended or talks nonsense: reap it, clean up, and end whatever was going on.
    private func finish(_ problem: String?) {
        let (wasStarting, job, storing, reason) = state.withLock { state in
            defer {
                state.phase = .over
                state.job = nil
            }
            return (state.phase == .starting, state.job, state.storing, state.reason)
        }
        _ = cshims_pidfd_signal(processDescriptor, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let killed = Leftovers.end(of: id)
        let cause = reason ?? problem.map { "the worker broke the protocol: \($0)" } ?? Self.explain(status, wasStarting: wasStarting)
        if !killed.isEmpty {
            logger.notice("processes of a worker were killed", metadata: ["process.count": "\(killed.count)"])
        }
        directory.forget(id)
        socket.shutdown()
        started.resolve(.failure(PluginError(.load, "worker \(executable): \(cause)", plugin: plugin)))
        if let job {
            job.ladder.finish()
            // A checkpoint that is still being stored must not land after the recovery's own.
            Task.detached {
                await storing?.value
                job.end.resolve(job.collector.lose(cause))
            }
        }
        gone.resolve(())
    }

    /// What a wait status says, for people.
    private static func explain(_ status: Int32, wasStarting: Bool) -> String {
        let signal = status & 0x7F
        let place = wasStarting ? "before the plugin was loaded" : "in the middle of its work"
        if signal == 0 {
            if (status >> 8) & 0xFF == WireProtocol.socketLostCode { return "the plugin closed the worker's socket" }
            let advice = wasStarting ? "" : "; a plugin must not exit"
            return "the worker process exited with code \((status >> 8) & 0xFF) \(place)\(advice)"
        }
        let name = strsignal(signal).map { String(cString: $0) } ?? "unknown"
        return "the worker process was ended by signal \(signal) (\(name))" + (wasStarting ? " \(place)" : "")
    }
}
