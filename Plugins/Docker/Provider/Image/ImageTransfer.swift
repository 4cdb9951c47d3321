import DockerEngine
import JSON
import ProviderKit

/// A pull or push that tells how far it is, and when it stands still.
struct ImageTransfer {
    /// How often something is said.
    struct Pace: Sendable {
        /// Between two reports of progress.
        var interval = Duration.seconds(1)
        /// Between two lines of the log, as long as bytes come.
        var lineInterval = Duration.seconds(15)
        /// How long nothing may move before that is said.
        var silence = Duration.seconds(10)
    }

    let operation: ProviderOperation
    /// `pulling example/app:1`
    let title: String
    let pace: Pace

    /// Does it; the body hands on each message of the engine.
    ///
    /// - Returns: what was transferred.
    func run(_ body: (TransferProgress) async throws -> Void) async throws -> TransferProgress {
        let progress = TransferProgress()
        operation.log(title)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch(progress) }
            defer { group.cancelAll() }
            try await body(progress)
        }
        let end = progress.snapshot
        // What was there already had nothing to transfer; its layers were counted all the same.
        report(end, done: end.total)
        operation.log("\(title): done, \(end.text)")
        return progress
    }

    private func report(_ snapshot: TransferProgress.Snapshot, done: UInt64) {
        operation.progress("\(title): \(snapshot.text)", done: done, total: snapshot.total)
    }

    private func watch(_ progress: TransferProgress) async throws {
        var last = TransferProgress.Snapshot()
        var lineAt = ContinuousClock.now + pace.lineInterval
        var stallAt = Duration.zero
        while true {
            try await Task.sleep(for: pace.interval)
            let now = progress.snapshot
            if now != last { report(now, done: min(now.done, now.total)) }
            if let stall = progress.stall(after: max(pace.silence, stallAt)) {
                operation.log("\(title): nothing has moved for \(stall.silence.components.seconds) seconds; \(stall.text)")
                // Said again when twice as long has passed, so that a log is not filled with it.
                stallAt = stall.silence * 2
            } else if now != last {
                stallAt = .zero
                if ContinuousClock.now >= lineAt {
                    operation.log("\(title): \(now.text)")
                    lineAt = .now + pace.lineInterval
                }
            }
            last = now
        }
    }
}
