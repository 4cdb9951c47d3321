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
///
/// POINT counts everything; `record N` only changes of the record, `words N` only what the plugin says. Labels are those of the
/// deployment and the workspace in the inputs. Exits with 0 if the job ended before the point was reached.
@main
struct TestHost {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 9, let bomb = Bomb(words[8]), let operation = JobOperation(name: words[5]) else { exit(64) }
        let manifest = try PluginManifest(path: words[1])
        let settings = WorkerSettings(executable: words[7], directory: try HostDirectory(words[3] + "/host"))
        let plugin = try await SupervisedPlugin.make(
            manifest, configuration: try JSONValue(parsing: words[2]), settings: settings, logger: Logger(label: "test-host"))
        let store = KilledStore(store: try DirectoryJobStore(words[3] + "/record"), bomb: bomb)
        let id = OperationID.new()
        let inputs = try JSONValue(parsing: words[6])
        let request = JobRequest(
            operation, operationID: id, sourceDirectory: words[4], inputs: words[6],
            labels: [
                Label(key: "berth.deployment", value: inputs["deployment"]?["id"]?.stringValue ?? "d1"),
                Label(key: "berth.workspace", value: inputs["workspace"]?["id"]?.stringValue ?? "w1"),
                Label(key: "berth.operation", value: id.rawValue),
            ])
        let result = try await JobRunner(plugin, store: store).run(request, observer: KilledObserver(bomb: bomb))
        await plugin.close()
        exit(result.report.outcome == .succeeded ? 0 : 1)
    }
}

/// Counts what the host does, and kills it at the n-th.
final class Bomb: Sendable {
    enum Kind: String {
        case record, words
    }

    private let point: Int
    /// What counts; nil for everything.
    private let kind: Kind?
    private let count = Atomic<Int>(0)

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard let last = parts.last, let point = Int(last) else { return nil }
        self.point = point
        kind = parts.count == 2 ? Kind(rawValue: String(parts[0])) : nil
    }

    func tick(_ kind: Kind) {
        if let counted = self.kind, counted != kind { return }
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
        bomb.tick(.record)
        try store.begin(job)
        bomb.tick(.record)
    }

    func store(_ checkpoint: Checkpoint) async throws {
        bomb.tick(.record)
        try store.store(checkpoint)
        bomb.tick(.record)
    }

    func finish(_ job: JobRecord, graph: ResourceGraph?) async throws {
        bomb.tick(.record)
        try store.finish(job, graph: graph)
        bomb.tick(.record)
    }
}

/// Every message is a point.
struct KilledObserver: JobObserver {
    let bomb: Bomb

    func received(_ records: [LogRecord]) { bomb.tick(.words) }
    func received(_ progress: ProgressReport) { bomb.tick(.words) }
    func received(_ diagnostic: Diagnostic) { bomb.tick(.words) }
    func store(_ checkpoint: Checkpoint) async throws { bomb.tick(.words) }
}
