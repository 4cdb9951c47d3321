import PluginLoading
import PluginSupervision
import ResourceGraph
import Synchronization

/// A record whose n-th checkpoint costs the worker its life.
final class KillingStore: JobStore {
    enum Moment: String, Sendable {
        /// The checkpoint was not stored.
        case before
        /// It was stored, and the worker does not get to know.
        case after
    }

    private let store: DirectoryJobStore
    private let moment: Moment
    private let number: Int
    private let kill: @Sendable () -> Void
    private let count = Atomic<Int>(0)

    init(store: DirectoryJobStore, moment: Moment, number: Int, kill: @escaping @Sendable () -> Void) {
        self.store = store
        self.moment = moment
        self.number = number
        self.kill = kill
    }

    var hasKilled: Bool { count.load(ordering: .relaxed) >= number }

    func store(_ checkpoint: Checkpoint) async throws {
        let isDue = count.add(1, ordering: .relaxed).newValue == number
        if isDue, moment == .before {
            kill()
            throw PluginError(.system, "the host did not get to it")
        }
        try store.store(checkpoint)
        if isDue { kill() }
    }

    func checkpoint() async throws -> Checkpoint? { try store.checkpoint() }
    func unfinished() async throws -> JobRecord? { try store.unfinished() }
    func begin(_ job: JobRecord) async throws { try store.begin(job) }
    func finish(_ job: JobRecord, graph: ResourceGraph?) async throws { try store.finish(job, graph: graph) }
}
