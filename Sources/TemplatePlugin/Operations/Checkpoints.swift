import PluginKit
import Synchronization

/// The checkpoints of a job, until one is refused: then nothing new is begun, and the host is not asked again.
final class Checkpoints: Sendable {
    private let job: Job
    private let refusal = Mutex<Failure?>(nil)

    init(_ job: Job) { self.job = job }

    /// Returns once the state is durable.
    func store(_ state: [UInt8]) async throws {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        do {
            try await job.checkpoint(state)
        } catch let error as Failure {
            refusal.withLock { $0 = error }
            throw error
        }
    }
}
