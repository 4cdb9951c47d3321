import Threads
import HCL
package import TemplateState

/// A journal for those who can only store a whole: each time the state so far, and what is open, as one blob.
///
/// The blob is what ``JournalLog/decoded(_:)`` reads. Secrets are in it as they are in the state.
package actor CheckpointJournal: Journal {
    private nonisolated let thread: DeepStackExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private var log: JournalLog
    private let store: @Sendable ([UInt8]) async throws -> Void
    private var isStoring = false
    private nonisolated let pending = PendingEntries()

    /// - Parameters:
    ///   - engine: who will carry out the plan.
    ///   - store: replaces the blob that was stored before, and returns once the new one is durable. Called for one blob after
    ///     another. Entries that come meanwhile go together into the next.
    package init(for plan: Plan, by engine: TemplateEngine, store: @escaping @Sendable ([UInt8]) async throws -> Void) throws {
        thread = try DeepStackExecutor()
        log = JournalLog(plan, engine)
        self.store = store
    }

    package nonisolated func append(_ entry: JournalEntry) async throws {
        try await pending.append(entry) { Task { await self.flush() } }
    }

    private func flush() async {
        if isStoring { return }
        isStoring = true
        while let batch = pending.take() {
            for entry in batch.entries { log.append(entry) }
            log = log.compacted
            do {
                try await store(log.encoded())
                batch.finish(.success(()))
            } catch {
                batch.finish(.failure(error))
            }
        }
        isStoring = false
    }
}
