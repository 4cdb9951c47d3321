import Scalars
import CShims
import Glibc
import Logging
import Synchronization
import Threads

/// Keeps PostgreSQL running, on a thread of its own that ends with it: when this process is killed, the kernel tells PostgreSQL to stop.
final class PostgresKeeper: Sendable {
    enum Phase: Equatable {
        /// It has not been ready yet; if it ends now, it is not started again.
        case starting
        /// It was ready; if it ends, it is started again.
        case running
        case stopping
        case ended(DatabaseError?)
    }

    private let settings: ManagedPostgresSettings
    private let arguments: [String]
    private let user: SystemUser
    private let logger: Logger
    private let stopEvent: Int32
    private let state = Mutex<(phase: Phase, process: pid_t, waiting: [CheckedContinuation<Void, Never>])>((.starting, 0, []))

    init(_ settings: ManagedPostgresSettings, arguments: [String], user: SystemUser, logger: Logger) throws(DatabaseError) {
        self.settings = settings
        self.arguments = arguments
        self.user = user
        self.logger = logger
        stopEvent = cshims_eventfd()
        if stopEvent < 0 { throw .system("cannot make an event", -stopEvent) }
    }

    deinit { close(stopEvent) }

    var phase: Phase { state.withLock { $0.phase } }
    /// The postmaster; 0 while there is none.
    var process: pid_t { state.withLock { $0.process } }

    func start() throws(DatabaseError) {
        do {
            try OwnThread.start("berth-postgres", stackSizeBytes: 512 << 10) { [self] in run() }
        } catch {
            throw DatabaseError(.cluster, "\(error)")
        }
    }

    func becameReady() { state.withLock { if $0.phase == .starting { $0.phase = .running } } }

    /// Stops PostgreSQL, and returns when it has ended.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if case .ended = state.phase { return true }
                state.phase = .stopping
                state.waiting.append(continuation)
                return false
            }
            if isOver { return continuation.resume() }
            var one: UInt64 = 1
            _ = write(stopEvent, &one, 8)  // fails only if it is signalled already
        }
    }

    // MARK: - The thread

    private func run() {
        var log = RotatingLog(settings.logFile)
        var failures = 0
        while true {
            let error = runOnce(&log)
            log.closeFile()
            let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
                state.process = 0
                guard state.phase != .running else { return nil }
                state.phase = .ended(state.phase == .starting ? error : nil)
                defer { state.waiting = [] }
                return state.waiting
            }
            if let waiting {
                for waiter in waiting { waiter.resume() }
                return
            }
            failures += 1
            logger.error("database server ended, and is started again", metadata: ["database.error": "\(error)"])
            pause(Backoff(min: .milliseconds(100), max: .seconds(15)).delay(afterFailures: failures))
        }
    }

    /// Sleeps, unless it is to stop.
    private func pause(_ time: Duration) {
        var poll = pollfd(fd: stopEvent, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, Int32(clamping: time.wholeMilliseconds))  // a signal that shortens the wait does no harm
    }

    /// Runs PostgreSQL until it ends; why it ended.
    private func runOnce(_ log: inout RotatingLog) -> DatabaseError {
        let process: PostgresProcess
        do throws(DatabaseError) {
            let found = try Predecessor(data: settings.data).end(within: settings.stopTimeout)
            if let found { logger.warning("an earlier database server was ended", metadata: ["database.found": "\(found)"]) }
            guard phase != .stopping else { return DatabaseError(.cluster, "PostgreSQL was not started") }
            // SIGINT is its fast shutdown.
            process = try PostgresProcess(arguments, user: user, directory: settings.data, deathSignal: SIGINT)
        } catch {
            return error
        }
        state.withLock { $0.process = process.id }
        watch(process, &log)
        let status = process.reap()
        return DatabaseError(.cluster, "PostgreSQL ended (\(status)): \(log.lastLines)")
    }

    private func watch(_ process: PostgresProcess, _ log: inout RotatingLog) {
        // What is done next to make it end, and when.
        var steps: [(signal: Int32, at: ContinuousClock.Instant)] = []
        while true {
            let seen = process.wait(steps.isEmpty && phase != .stopping ? stopEvent : -1, milliseconds: 500)
            if !seen.output.isEmpty { log.write(seen.output[...]) }
            if seen.hasEnded {
                while case let rest = process.wait(milliseconds: 0).output, !rest.isEmpty { log.write(rest[...]) }
                return
            }
            if phase == .stopping, steps.isEmpty {
                kill(process.id, SIGINT)
                let quit = ContinuousClock.now + settings.stopTimeout
                steps = [(SIGQUIT, quit), (SIGKILL, quit + .seconds(20)), (SIGKILL, quit + .seconds(100_000))]
            }
            if let step = steps.first, step.at < .now {
                logger.warning("database server does not stop", metadata: ["database.signal": "\(step.signal)"])
                kill(process.id, step.signal)
                steps.removeFirst()
            }
        }
    }
}
