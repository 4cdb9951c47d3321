import CShims
import Glibc
import JSON
import Logging
import PluginABI
import PluginLoading
import PluginSupervision
import Synchronization

/// What it costs that plugins are libraries behind an ABI, and that they run in workers.
struct PluginBenchmarks {
    private let directory: String
    private let manifest: PluginManifest
    private let settings: WorkerSettings
    private let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        directory = try makeTemporaryDirectory()
        manifest = try PluginCatalog(searchPath: PluginCatalog.defaultSearchPath()).plugin(named: "sim")
        settings = WorkerSettings(
            executable: try WorkerSettings.installedExecutable(), directory: try HostDirectory(directory + "/host"))
        try replaceFile(directory + "/sim.json", with: Array(#"{"resources": []}"#.utf8))
        try makeDirectory(directory + "/logs")
        try replaceFile(directory + "/logs/sim.json", with: Array(#"{"resources": [], "log_lines": 100000}"#.utf8))
    }

    func rows() async throws -> [Row] {
        defer { removeTree(directory) }
        let configuration: JSONValue = ["backend": .string(directory + "/world.json")]
        let library = try PluginLibrary(image: LibraryImage(path: manifest.libraryPath))
        let inside = try await InProcessInstance.make(
            library, configuration: configuration, directories: try settings.directory.directories(for: manifest), logger: logger)
        let warm = try await SupervisedPlugin.make(manifest, configuration: configuration, settings: settings, logger: logger)
        let plan = JobRequest(.plan, sourceDirectory: directory)
        let logs = JobRequest(.plan, sourceDirectory: directory + "/logs")

        let (warmPlan, insidePlan) = try await paired(
            rounds: 300, warmUp: 20, { try await run(plan, on: warm) }, { try await run(plan, on: inside) })
        let (coldPlan, spawn) = try await paired(
            rounds: 40,
            {
                let image = try LibraryImage(path: manifest.libraryPath)
                let worker = try await Worker.start(
                    settings, manifest: manifest, image: image, configuration: configuration, logger: logger)
                let report = try await worker.run(plan, options: JobOptions(), observer: Counter())
                guard report.outcome == .succeeded else { throw report.error ?? PluginError(.system, "plan failed") }
                await worker.end()
            }, { try spawnTrue() })
        let (workerLogs, insideLogs) = try await paired(
            rounds: 7, { try await logLines(logs, on: warm) }, { try await logLines(logs, on: inside) })
        await inside.close()
        await warm.close()
        let (call, direct) = try await ActionBenchmark().measure()
        return [
            Row(name: "no-op plan, in process", median: insidePlan, reference: "itself", referenceMedian: insidePlan),
            Row(
                name: "no-op plan, warm worker", median: warmPlan, reference: "in process", referenceMedian: insidePlan,
                aim: "at most 2 ms"),
            Row(
                name: "no-op plan, cold worker", median: coldPlan, reference: "start and end of /bin/true", referenceMedian: spawn,
                aim: "at most 25 ms"),
            Row(
                name: "100000 log records, worker", median: workerLogs, reference: "in process", referenceMedian: insideLogs,
                count: 100_000,
                aim: "at least 200000 /s"),
            Row(
                name: "action call through libffi", median: call, reference: "direct call", referenceMedian: direct,
                aim: ""),
        ]
    }

    private func run(_ request: JobRequest, on plugin: any PluginInstance) async throws {
        let report = try await plugin.run(request, options: JobOptions(), observer: Counter())
        guard report.outcome == .succeeded else { throw report.error ?? PluginError(.system, "the plan did not succeed") }
    }

    private func logLines(_ request: JobRequest, on plugin: any PluginInstance) async throws {
        let counter = Counter()
        _ = try await plugin.run(request, options: JobOptions(), observer: counter)
        guard counter.records == 100_000 else { throw PluginError(.system, "\(counter.records) of 100000 records arrived") }
    }

    private func spawnTrue() throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        defer { free(arguments[0]) }
        var none: [UnsafeMutablePointer<CChar>?] = [nil]
        let process = cshims_spawn("/bin/true", &arguments, &none, nil, nil, 0)
        guard process > 0, waitpid(process, nil, 0) == process else { throw PluginError(.system, "cannot run /bin/true") }
    }
}

/// Counts records and looks at nothing.
final class Counter: JobObserver {
    private let count = Atomic<Int>(0)
    var records: Int { count.load(ordering: .relaxed) }

    func received(_ records: [LogRecord]) { count.add(records.count, ordering: .relaxed) }
    func received(_ progress: ProgressReport) {}
    func received(_ diagnostic: Diagnostic) {}
    func store(_ checkpoint: Checkpoint) async throws {}
}

/// One call of a function with four parameters, described at run time and compiled in.
private struct ActionBenchmark {
    typealias Function =
        @convention(c) (
            OpaquePointer, UnsafePointer<berth_job>, UnsafePointer<berth_request>, Int64, UInt64, Double, UnsafePointer<berth_str>
        ) -> UInt32

    /// - Returns: nanoseconds for one call of each kind.
    func measure() async throws -> (Double, Double) {
        let function: Function = { _, _, _, signed, unsigned, number, text in
            UInt32(truncatingIfNeeded: UInt64(bitPattern: signed) &+ unsigned &+ UInt64(number) &+ text.pointee.len)
        }
        let call = try ActionCall(
            unsafeBitCast(function, to: (@convention(c) () -> Void).self), types: [.i64, .u64, .f64, .str])
        let job = UnsafeMutablePointer<berth_job>.allocate(capacity: 1)
        job.initialize(to: berth_job())
        let request = UnsafeMutablePointer<berth_request>.allocate(capacity: 1)
        request.initialize(to: berth_request())
        defer {
            job.deallocate()
            request.deallocate()
        }
        let instance = OpaquePointer(job)
        let arguments: [ActionArgument] = [.i64(-5), .u64(7), .f64(2.5), .str("hello")]
        var text = berth_str()
        text.len = 5
        let rounds = 20_000
        var sum: UInt32 = 0
        let (called, direct) = try await paired(
            rounds: 20,
            { for _ in 0..<rounds { sum &+= call(instance, job, request, arguments) } },
            { for _ in 0..<rounds { sum &+= withUnsafePointer(to: &text) { function(instance, job, request, -5, 7, 2.5, $0) } } })
        guard sum != 0 else { throw PluginError(.system, "the calls returned nothing") }
        return (called / Double(rounds), direct / Double(rounds))
    }
}
