import AgentMachine
import AgentProtocol
import CShims
import Dialing
import Glibc
import JSON
package import Logging
package import NIOCore
import Processes
import Synchronization
import Tunnel

/// One run of an agent: connects, does what the manifest says, and stops in order when its task is cancelled.
package struct AgentRun: Sendable {
    let settings: AgentSettings
    let group: any EventLoopGroup
    let logger: Logger
    let api: ServerAPI
    let reporter: Reporter
    let lifecycle: Lifecycle
    let environment: SessionEnvironment
    let service: WorkspaceService
    private let dialer: Dialer
    private let state: AgentState

    package init(_ settings: AgentSettings, _ group: any EventLoopGroup, _ logger: Logger) {
        (self.settings, self.group, self.logger) = (settings, group, logger)
        dialer = Dialer(trust: settings.trust)
        let api = ServerAPI(settings, dialer, group)
        self.api = api
        let run = String(UInt64.random(in: .min ... .max), radix: 36)
        let reporter = Reporter(run: run, logger: logger) { try await api.send($0) }
        self.reporter = reporter
        let lifecycle = Lifecycle(reporter)
        self.lifecycle = lifecycle
        let data = "\(settings.dataDirectory)/coder-script-data"
        environment = SessionEnvironment(
            inherited: settings.environment, user: MachineUser(environment: settings.environment), executable: Executable.path,
            binDirectory: "\(data)/bin", dataDirectory: data, token: settings.token)
        let state = AgentState()
        self.state = state
        service = WorkspaceService(resolver: dialer.resolver) {
            [
                "version": .string(AgentVersion.text), "run": .string(run), "lifecycle": .string(lifecycle.current.rawValue),
                "connections": JSONValue(state.connections), "process": JSONValue(Int(getpid())),
            ]
        }
    }

    /// Runs until the task is cancelled; then the stop scripts run, and the server hears the last words.
    package func run() async throws {
        prepareDirectories()
        // What still has to be said when everything else is cancelled.
        let reports = Task { try await reporter.serve() }
        defer { reports.cancel() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await tunnel().run() }
                group.addTask { try await work() }
                try await group.waitForAll()
            }
        } catch is CancellationError {
            // Cancelled for good here: what follows needs a task of its own.
            await Task { await stop() }.value
        }
        reports.cancel()
        await Task { await reporter.flush() }.value
    }

    private func tunnel() -> TunnelClient {
        TunnelClient(
            TunnelClient.Settings(server: settings.server, token: settings.token, version: AgentVersion.text), dialer, group, service, logger
        ) { [state] isConnected in
            if isConnected { state.connected() }
        }
    }

    private func work() async throws {
        let manifest = try await fetchManifest()
        state.manifest = manifest
        reporter.add(AgentStartup(version: AgentVersion.text, expandedDirectory: environment.expandedDirectory(manifest)))
        lifecycle.advance(to: .starting)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await start(manifest)
                // By the clock only what has begun.
                try await CronRunner(scripts: manifest.scripts, runner: runner(manifest), reporter: reporter).serve()
            }
            group.addTask { try await MetadataCollector(environment: environment, manifest: manifest, reporter: reporter).serve() }
            group.addTask {
                try await AppHealthChecks(manifest: manifest, dialer: dialer, group: self.group, reporter: reporter).serve()
            }
            group.addTask {
                try await StatsCollector(manifest: manifest, counts: service.counts, home: environment.user.home, reporter: reporter).serve()
            }
            try await group.waitForAll()
        }
    }

    private func start(_ manifest: AgentManifest) async throws {
        let worst = await runner(manifest).run(manifest.scripts.filter(\.runOnStart), .start)
        try Task.checkCancellation()
        switch worst {
        case .failed: lifecycle.advance(to: .startError)
        case .timedOut: lifecycle.advance(to: .startTimeout)
        case .ok, .pipesLeftOpen: lifecycle.advance(to: .ready)
        }
        logger.notice("started", metadata: ["agent.state": "\(lifecycle.current.rawValue)"])
    }

    private func runner(_ manifest: AgentManifest) -> ScriptRunner {
        ScriptRunner(environment, manifest, logDirectory: settings.logDirectory, reporter)
    }

    private func stop() async {
        logger.notice("stopping")
        guard let manifest = state.manifest else { return }
        lifecycle.advance(to: .shuttingDown)
        switch await runner(manifest).run(manifest.scripts.filter(\.runOnStop), .stop) {
        case .failed: lifecycle.advance(to: .shutdownError)
        case .timedOut: lifecycle.advance(to: .shutdownTimeout)
        case .ok, .pipesLeftOpen: lifecycle.advance(to: .off)
        }
    }

    /// Asks until the server says what is to be done.
    private func fetchManifest() async throws -> AgentManifest {
        var failures = 0
        while true {
            do { return try await api.manifest() } catch is CancellationError { throw CancellationError() } catch {
                try Task.checkCancellation()
                failures += 1
                // A token that is not accepted will hardly be later on.
                let isRefused = (error as? ServerAPI.Failure).map { $0.status == 401 || $0.status == 403 } ?? false
                let longest = isRefused ? 60_000 : 10_000
                let pause = Int.random(in: 1...2) * min(100 << min(failures, 10), longest) / 2
                logger.warning("no manifest", metadata: ["manifest.error": "\(error)", "manifest.next_attempt_ms": "\(pause)"])
                try await Task.sleep(for: .milliseconds(pause))
            }
        }
    }

    /// Makes the place for scripts, with `coder` in it: this very file under its second name.
    private func prepareDirectories() {
        for path in [environment.dataDirectory, environment.binDirectory] where mkdir(path, 0o755) != 0 && errno != EEXIST {
            logger.warning("cannot make a directory", metadata: ["path": "\(path)", "error": "\(String(cString: strerror(errno)))"])
        }
        let link = "\(environment.binDirectory)/coder"
        unlink(link)
        if symlink(environment.executable, link) != 0 {
            logger.warning("cannot install coder", metadata: ["path": "\(link)", "error": "\(String(cString: strerror(errno)))"])
        }
    }
}

/// What changes while an agent runs.
final class AgentState: Sendable {
    private struct Values {
        var manifest: AgentManifest?
        var connections = 0
    }

    private let values = Mutex(Values())

    var manifest: AgentManifest? {
        get { values.withLock { $0.manifest } }
        set { values.withLock { $0.manifest = newValue } }
    }

    var connections: Int { values.withLock { $0.connections } }

    func connected() { values.withLock { $0.connections += 1 } }
}

/// The file this program was started from.
package enum Executable {
    package static let path: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return CommandLine.arguments.first ?? "berth-agent" }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()
}
