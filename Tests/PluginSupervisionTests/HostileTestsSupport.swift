import Foundation
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import Synchronization
import TestSupport
import Testing

/// A hostile plugin and a good one beside it, in workers of the same host.
struct Bout: Sendable {
    let hostile: SupervisedPlugin
    let good: SupervisedPlugin
    let fixture: Fixture

    init(_ name: String, in fixture: Fixture, limits: WorkerLimits = WorkerLimits()) async throws {
        let settings = try fixture.workerSettings(limits: limits)
        self.fixture = fixture
        hostile = try await fixture.supervised(
            offPool { try Package.testPlugin(name) }, configuration: ["root": .string(fixture.directory + "/hostile")], settings: settings)
        good = try await fixture.supervised(
            offPool { try Package.testPlugin("good") }, configuration: ["root": .string(fixture.directory + "/good")], settings: settings)
    }

    /// Short enough for a test, long enough for a busy machine.
    static func options(id: JobID = .new(), timeLimit: Duration? = .seconds(20)) -> JobOptions {
        JobOptions(
            id: id, timeLimit: timeLimit,
            cancel: CancelPolicy(interruptAfter: .milliseconds(50), softDeadline: .milliseconds(150), grace: .milliseconds(150)))
    }

    /// Runs `apply` of the hostile plugin while the good one works, and then a job of each.
    ///
    /// - Returns: what became of the hostile job.
    func fight(timeLimit: Duration? = .seconds(20), observer: any JobObserver = RecordingObserver()) async throws -> JobReport {
        let options = Self.options(timeLimit: timeLimit)
        let report = try await withThrowingTaskGroup(of: JobReport?.self) { group in
            group.addTask { try await hostile.run(JobRequest(.apply), options: options, observer: observer) }
            group.addTask {
                // At least one job of the good plugin begins and ends beside the hostile one.
                try await workWell()
                return nil
            }
            var report: JobReport?
            for try await result in group { report = result ?? report }
            return try #require(report)
        }
        #expect(report.id == options.id)
        let after = try await hostile.run(JobRequest(.plan), options: Self.options(), observer: RecordingObserver())
        #expect(after.outcome == .succeeded, "the next job of the hostile plugin: \(after.error?.description ?? "\(after.diagnostics)")")
        try await workWell()
        return report
    }

    private func workWell() async throws {
        let apply = try await good.run(JobRequest(.apply), options: Self.options(), observer: RecordingObserver())
        #expect(apply.outcome == .succeeded, "\(apply.error?.description ?? "\(apply.diagnostics)")")
        #expect(apply.graph.agents.map(\.name) == ["main"])
        let request = JobRequest(.destroy, checkpoint: apply.checkpoint)
        let destroy = try await good.run(request, options: Self.options(), observer: RecordingObserver())
        #expect(destroy.outcome == .succeeded, "\(destroy.error?.description ?? "\(destroy.diagnostics)")")
    }
}

/// Expects one error of this kind that names plugin, job and cause.
func expect(
    _ report: JobReport, _ outcome: JobReport.Outcome, _ code: PluginError.Code, plugin: SupervisedPlugin, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(report.outcome == outcome, sourceLocation: sourceLocation)
    #expect(report.error?.code == code, sourceLocation: sourceLocation)
    let text = report.error?.description ?? "no error"
    for word in [plugin.manifest.id.rawValue, report.id.rawValue] + words {
        #expect(text.contains(word), "\"\(word)\" is not in: \(text)", sourceLocation: sourceLocation)
    }
    #expect(!text.contains("\n"), "an error is one line: \(text)", sourceLocation: sourceLocation)
}

/// Processes as the kernel lists them.
enum Processes {
    /// The workers of a fixture's host.
    static func workers(of fixture: Fixture) -> [Int32] {
        let ids = Set((try? FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/host/workers")) ?? [])
        return all().filter { id in
            let words = words(id)
            return words.count > 2 && ids.contains(words[2])
        }
    }

    /// A process's command line: of a worker the executable, the plugin's name and the worker's id.
    static func words(_ id: Int32) -> [String] {
        text(id, "cmdline").split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether a process was stopped by a signal.
    static func isStopped(_ id: Int32) -> Bool {
        text(id, "stat").split(separator: ")").last?.hasPrefix(" T") == true
    }

    /// Those that carry one of a list of worker ids in their environment.
    static func marked(_ workers: some Sequence<String>) -> [Int32] {
        let marks = Set(workers.map { "BERTH_WORKER_ID=" + $0 })
        return all().filter { !marks.isDisjoint(with: text($0, "environ").split(separator: "\0").map(String.init)) }
    }

    /// Whether a process is dead: gone, or a zombie none of whose threads is still on its way out.
    static func isDead(_ id: Int32) -> Bool {
        let status = text(id, "stat")
        guard status.split(separator: ")").last?.hasPrefix(" Z") == true else { return status.isEmpty }
        return directoryEntries("/proc/\(id)/task").count <= 1
    }

    /// Bytes of this process that are in memory.
    static var residentSizeBytes: Int {
        let pages = text(ProcessInfo.processInfo.processIdentifier, "statm").split(separator: " ")
        return pages.count > 1 ? (Int(pages[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    private static func all() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    private static func text(_ id: Int32, _ file: String) -> String {
        guard let bytes = try? readFile("/proc/\(id)/\(file)", limit: 4 << 20) else { return "" }  // it may be gone
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Something that one side reaches and waits at until the other opens it.
actor Gate {
    private var isOpen = false
    private var isReached = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// Waits until it is open.
    func wait() async {
        isReached = true
        if !isOpen { await withCheckedContinuation { waiters.append($0) } }
    }

    func open() {
        isOpen = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// Returns when somebody waits.
    func reached() async throws {
        try await eventually("the gate is reached") { await self.isReached }
    }
}

/// Goes up once.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
