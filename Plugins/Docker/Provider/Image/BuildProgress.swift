import JSON
import ProviderKit
import Synchronization

/// How far a build is: what of its context was sent, which step runs, what a step fetches. Its output is the log.
final class BuildProgress: Sendable {
    private struct State {
        var step: UInt64 = 0
        var steps: UInt64 = 0
        var reportedAt: ContinuousClock.Instant?
    }

    private let operation: ProviderOperation
    private let title: String
    private let pace: ImageTransfer.Pace
    private let state = Mutex(State())
    /// Of the image that a step builds on.
    private let layers = TransferProgress()

    init(operation: ProviderOperation, title: String, pace: ImageTransfer.Pace) {
        self.operation = operation
        self.title = title
        self.pace = pace
    }

    func sent(_ bytes: Int, of size: Int) {
        report("context, \(bytes / 1000) of \(size / 1000) kB", UInt64(bytes), UInt64(size), isLast: bytes == size)
    }

    func add(_ message: JSONValue) {
        if message["id"] != nil {
            // Layers of a base image are numbers that change many times a second, no lines.
            layers.add(message)
            let now = layers.snapshot
            report(now.text, min(now.done, now.total), now.total)
            return
        }
        let text = message["stream"]?.stringValue ?? message["status"]?.stringValue ?? ""
        for line in text.split(separator: "\n") where line.contains(where: { !$0.isWhitespace }) {
            operation.log(String(line))
            guard let match = line.firstMatch(of: /^Step ([0-9]{1,6})\/([0-9]{1,6}) :/), let step = UInt64(match.1),
                let steps = UInt64(match.2)
            else { continue }
            state.withLock { ($0.step, $0.steps) = (step, steps) }
            // A step that is named has just begun.
            report("step \(step) of \(steps)", step - min(step, 1), max(step, steps))
        }
    }

    func finish() {
        let steps = state.withLock(\.steps)
        report("step \(steps) of \(steps)", steps, steps, isLast: true)
    }

    private func report(_ text: String, _ done: UInt64, _ total: UInt64, isLast: Bool = false) {
        let isDue = state.withLock { state in
            guard isLast || state.reportedAt.map({ ContinuousClock.now - $0 >= pace.interval }) ?? true else { return false }
            state.reportedAt = .now
            return true
        }
        if isDue { operation.progress("\(title): \(text)", done: done, total: total) }
    }
}
