import Foundation
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import Synchronization
import TestSupport
import Testing

/// Hostile plugins in real workers: each ends in one clear error, and nothing but its job is lost.
@Suite struct HostileTests {
    /// A plugin, and what becomes of its job.
    struct Case: Sendable, CustomTestStringConvertible {
        var plugin: String
        var outcome: JobReport.Outcome
        var code: PluginError.Code
        /// What the error says of the cause.
        var words: [String]
        var timeLimit: Duration? = .seconds(20)

        var testDescription: String { plugin }
    }

    static let cases = [
        Case(plugin: "hostile-exit", outcome: .lost, code: .lost, words: ["apply", "exited with code 0", "a plugin must not exit"]),
        Case(plugin: "hostile-null-write", outcome: .lost, code: .lost, words: ["apply", "signal 11 (Segmentation fault)"]),
        Case(
            plugin: "hostile-loop", outcome: .lost, code: .lost,
            words: ["apply", "ran longer than 0.2 s", "did not return within 0.3 s"], timeLimit: .milliseconds(200)),
        Case(
            plugin: "hostile-cancel-ignored", outcome: .lost, code: .lost,
            words: ["apply", "ran longer than 0.2 s", "did not return within 0.3 s"], timeLimit: .milliseconds(200)),
        Case(
            plugin: "hostile-graph-cyclic", outcome: .failed, code: .protocolViolation,
            words: ["apply", "dependencies form a cycle: test_box.main -> test_box.main"]),
        Case(plugin: "hostile-address-utf8", outcome: .failed, code: .protocolViolation, words: ["resource.address is not UTF-8"]),
        Case(
            plugin: "hostile-json-huge", outcome: .failed, code: .protocolViolation,
            words: ["data.huge", "attributes_json has 100000008 bytes, more than 16777216"]),
        Case(plugin: "hostile-json-deep", outcome: .failed, code: .protocolViolation, words: ["data.deep", "deeper than 128 levels"]),
        Case(plugin: "hostile-status", outcome: .failed, code: .protocolViolation, words: ["unknown status 4711"]),
        Case(
            plugin: "hostile-sinks", outcome: .failed, code: .protocolViolation,
            words: ["berth_log_record.size is 0, less than the 64 of ABI 1.0", "more)"]),
        Case(plugin: "hostile-socket-closed", outcome: .lost, code: .lost, words: ["apply", "the plugin closed the worker's socket"]),
        Case(plugin: "hostile-socket-garbage", outcome: .lost, code: .lost, words: ["apply", "broke the protocol", "frame"]),
        Case(plugin: "hostile-fork", outcome: .lost, code: .lost, words: ["apply", "signal 9 (Killed)"]),
    ]

    @Test("a hostile plugin ends in one error that names plugin, job and cause, and costs nothing but its job", arguments: cases)
    func hostilePlugins(_ item: Case) async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout(item.plugin, in: fixture)
            let report = try await bout.fight(timeLimit: item.timeLimit)
            expect(report, item.outcome, item.code, plugin: bout.hostile, saying: item.words)
        }
    }

    @Test("a job that ignores a cancel is warned of, then killed, and its task is told so")
    func cancelIgnored() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-cancel-ignored", in: fixture)
            let observer = RecordingObserver()
            let options = Bout.options(timeLimit: nil)
            let job = Task { try await bout.hostile.run(JobRequest(.apply), options: options, observer: observer) }
            try await eventually("the job runs") { !observer.seen.records.isEmpty }
            job.cancel()
            let report = try await job.value
            expect(
                report, .lost, .lost, plugin: bout.hostile,
                saying: ["apply", "the job was cancelled, and did not return within 0.3 s"])
            #expect(observer.seen.records.contains { $0.stage == "host" && $0.severity == .warning && $0.message.contains("deadline") })
        }
    }

    @Test("children do not outlive their job, and the error lists them")
    func childrenDoNotOutliveTheirJob() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-children-outlive", in: fixture)
            let workers = try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/host/workers")
            #expect(workers.count == 2)
            let report = try await bout.fight()
            expect(report, .failed, .protocolViolation, plugin: bout.hostile, saying: ["processes running, which were killed", "sleep 60"])
            let remaining = Processes.marked(workers).filter { !Processes.workers(of: fixture).contains($0) }
            #expect(remaining.allSatisfy(Processes.isDead), "still there: \(remaining)")
        }
    }

    @Test("a copy of a worker that holds its socket open does not hide that the worker died")
    func forkHoldsTheSocket() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-fork", in: fixture)
            let workers = try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/host/workers")
            // No time limit: only the end of the process can end this job.
            let report = try await bout.hostile.run(
                JobRequest(.apply), options: Bout.options(timeLimit: nil), observer: RecordingObserver())
            #expect(report.outcome == .lost)
            let remaining = Processes.marked(workers).filter { !Processes.workers(of: fixture).contains($0) }
            #expect(remaining.allSatisfy(Processes.isDead), "still there: \(remaining)")
        }
    }

    @Test("a worker that takes all memory ends alone")
    func memoryWithoutEnd() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-memory", in: fixture, limits: WorkerLimits(memoryBytes: 1 << 30))
            let before = Processes.residentSizeBytes
            let report = try await bout.fight()
            // The plugin is told that there is no more; whether what is left suffices to say so is chance.
            #expect(report.outcome == .failed || report.outcome == .lost)
            if report.outcome == .lost {
                expect(report, .lost, .lost, plugin: bout.hostile, saying: ["apply", "signal"])
            } else {
                #expect(report.diagnostics.map(\.summary) == ["there is no more memory"])
            }
            #expect(Processes.residentSizeBytes - before < 512 << 20)
        }
    }

    @Test("a plugin that takes all descriptors of its worker does not spoil the next job")
    func descriptorsWithoutEnd() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-descriptors", in: fixture, limits: WorkerLimits(openFiles: 256))
            let report = try await bout.fight()
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.map(\.summary) == ["there are no more descriptors"])
        }
    }

    @Test("a million lines do not stall a job, and every line that is missing is counted")
    func logFlood() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-log-flood", in: fixture)
            let before = Processes.residentSizeBytes
            let observer = CountingObserver()
            let report = try await bout.fight(timeLimit: .seconds(60), observer: observer)
            #expect(report.outcome == .succeeded, "\(report.error?.description ?? "")")
            let seen = observer.seen
            // Two more come from what the plugin does besides; they may be among those dropped.
            #expect(seen.lines + report.droppedRecords == 1_000_002)
            #expect(seen.gapLines == report.droppedRecords, "each gap is shown as a record with its size")
            // Other tests run in this process, too.
            #expect(seen.residentMax - before < 512 << 20)
        }
    }

    @Test("a child inherits no descriptor of the host")
    func childrenInheritNothing() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-inherit", in: fixture)
            let report = try await bout.fight()
            #expect(report.outcome == .succeeded, "\(report.error?.description ?? "")")
            #expect(report.graph.outputs.first { $0.name == "inherited" }?.value == 0)
        }
    }
}

/// Counts the lines of a flood and forgets them.
private final class CountingObserver: JobObserver {
    struct State: Sendable {
        var lines: UInt64 = 0
        var gapLines: UInt64 = 0
        var residentMax = 0
    }

    private let state = Mutex(State())
    var seen: State { state.withLock { $0 } }

    func received(_ records: [LogRecord]) {
        let resident = Processes.residentSizeBytes
        state.withLock { state in
            state.residentMax = max(state.residentMax, resident)
            for record in records {
                if record.stage != "host" { state.lines += 1 }
                if record.stage == "host", record.message.contains("log records were dropped") {
                    state.gapLines += UInt64(record.message.prefix { $0.isNumber }) ?? 0
                }
            }
        }
    }

    func received(_ progress: ProgressReport) {}
    func received(_ diagnostic: Diagnostic) {}
    func store(_ checkpoint: Checkpoint) async throws {}
}
