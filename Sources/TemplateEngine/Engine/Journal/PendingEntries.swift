import Synchronization

/// Entries that wait to be stored, each with somebody who waits for it; so that many are stored at once.
final class PendingEntries: Sendable {
    struct Batch: Sendable {
        fileprivate(set) var entries: [JournalEntry] = []
        fileprivate var waiting: [CheckedContinuation<Void, any Error>] = []

        /// Tells everybody who waits that the entries are stored, or why they are not.
        func finish(_ result: Result<Void, any Error>) {
            for continuation in waiting { continuation.resume(with: result) }
        }
    }

    private let batch = Mutex(Batch())

    /// Returns when the entry was in a batch that is finished; `flush` is to see to that.
    func append(_ entry: JournalEntry, flush: () -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            batch.withLock {
                $0.entries.append(entry)
                $0.waiting.append(continuation)
            }
            flush()
        }
    }

    /// Everything that waits, in order; nil if nothing does. Whoever takes it has to finish it.
    func take() -> Batch? {
        batch.withLock { batch in
            if batch.entries.isEmpty { return nil }
            defer { batch = Batch() }
            return batch
        }
    }
}
