import Threads
import Glibc
import HCL
package import TemplateState

/// A journal in a file that is only added to, readable by its owner alone.
///
/// The file is there from before the first side effect until the state is stored. Who finds one at the start first reads it,
/// lets `TemplateEngine.recover` find out what became of the open intents, stores the state, and removes it.
package actor FileJournal: Journal {
    /// Where blocking calls block nobody else.
    private nonisolated let thread: DeepStackExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let file: JournalFile
    private nonisolated let pending = PendingEntries()

    private init(_ file: JournalFile) throws {
        self.file = file
        thread = try DeepStackExecutor()
    }

    /// A new journal for a plan; when this returns it is on the disk with the state that the plan starts from.
    ///
    /// - Parameter engine: who will carry out the plan; the journal begins with the provider configurations that it knows.
    /// - Throws: ``JournalError`` if there is one already, or it cannot be written.
    package static func create(at path: String, for plan: Plan, by engine: TemplateEngine) async throws -> FileJournal {
        let log = JournalLog(plan, engine)
        let file = try await DeepStack.run {
            Result { try JournalFile(creating: path, log.encoded()) }
        }.get()
        return try FileJournal(file)
    }

    /// What the journal at a path says; nil if there is none.
    ///
    /// - Throws: ``JournalError`` if it cannot be read.
    package static func read(_ path: String) async throws -> JournalLog? {
        try await DeepStack.run {
            Result { try JournalFile.read(path).map { try JournalLog.decoded($0) } }
        }.get()
    }

    /// Removes the journal at a path, once the state is stored and nothing is open any more. No error if there is none.
    package static func remove(_ path: String) throws { try JournalFile.remove(path) }

    package nonisolated func append(_ entry: JournalEntry) async throws {
        // Entries that come while others are being stored are stored together, next.
        try await pending.append(entry) { Task { await self.flush() } }
    }

    private func flush() {
        guard let batch = pending.take() else { return }
        batch.finish(Result { try file.append(Array(batch.entries.map(\.line).joined().utf8)) })
    }
}
