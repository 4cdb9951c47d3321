import Glibc
import JSON
import Logging
import PluginLoading
import PluginSupervision
import ResourceGraph
import Synchronization

/// A host that runs one job and kills itself at the n-th thing it does, for tests of what its successor finds.
///
/// usage: TestHost MANIFEST CONFIGURATION WORKSPACE TEMPLATE OPERATION REQUEST-INPUTS WORKER POINT
/// Exits with 0 if the job ended before the point was reached.
@main
struct TestHost {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 9, let point = Int(words[8]), let operation = JobOperation(name: words[5]) else { exit(64) }
        let bomb = Bomb(point)
        let manifest = try PluginManifest(path: words[1])
        let settings = WorkerSettings(executable: words[7], directory: try HostDirectory(words[3] + "/host"))
        let plugin = try await SupervisedPlugin.make(
            manifest, configuration: try JSONValue(parsing: words[2]), settings: settings, logger: Logger(label: "test-host"))
        let store = KilledStore(store: try DirectoryJobStore(words[3] + "/record"), bomb: bomb)
        let id = OperationID.new()
        let request = JobRequest(
            operation, operationID: id, sourceDirectory: words[4], inputs: words[6],
            labels: [
                Label(key: "berth.deployment", value: "d1"), Label(key: "berth.workspace", value: "w1"),
                Label(key: "berth.operation", value: id.rawValue),
            ])
        let result = try await JobRunner(plugin, store: store).run(request, observer: KilledObserver(bomb: bomb))
        await plugin.close()
        exit(result.report.outcome == .succeeded ? 0 : 1)
    }
}

/// Counts what the host does, and kills it at the n-th.
final class Bomb: Sendable {
    private let point: Int
    private let count = Atomic<Int>(0)

    init(_ point: Int) { self.point = point }

    func tick() {
        if count.add(1, ordering: .relaxed).newValue == point { kill(getpid(), SIGKILL) }
    }
}

/// Every change of the store is a point before and after it.
struct KilledStore: JobStore {
    let store: DirectoryJobStore
    let bomb: Bomb

    func checkpoint() async throws -> Checkpoint? { try store.checkpoint() }
    func unfinished() async throws -> JobRecord? { try store.unfinished() }

    func begin(_ job: JobRecord) async throws {
        bomb.tick()
        try store.begin(job)
        bomb.tick()
    }

    func store(_ checkpoint: Checkpoint) async throws {
        bomb.tick()
        try store.store(checkpoint)
        bomb.tick()
    }

    func finish(_ job: JobRecord, graph: ResourceGraph?) async throws {
        bomb.tick()
        try store.finish(job, graph: graph)
        bomb.tick()
    }
}

/// Every message is a point.
struct KilledObserver: JobObserver {
    let bomb: Bomb

    func received(_ records: [LogRecord]) { bomb.tick() }
    func received(_ progress: ProgressReport) { bomb.tick() }
    func received(_ diagnostic: Diagnostic) { bomb.tick() }
    func store(_ checkpoint: Checkpoint) async throws { bomb.tick() }
}
