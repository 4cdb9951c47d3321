import Synchronization

/// What one subscriber has not read yet. Full, it is emptied, and the subscriber is told that it may have missed something.
final class Mailbox: Sendable {
    static let countMax = 256

    private struct State {
        var events: [NotificationEvent] = []
        var reader: CheckedContinuation<NotificationEvent?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func put(_ event: NotificationEvent) {
        let reader: CheckedContinuation<NotificationEvent?, Never>? = state.withLock { state in
            if state.isClosed { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            // Who is to look at everything need not be told what in particular; and one that waits need not come twice.
            if event == .mayHaveMissed || state.events.count >= Self.countMax {
                state.events = [.mayHaveMissed]
            } else if !state.events.contains(event) {
                state.events.append(event)
            }
            return nil
        }
        reader?.resume(returning: event)
    }

    /// The next event; nil once it is closed, or the task is cancelled.
    func take() async -> NotificationEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let event: NotificationEvent?? = state.withLock { state in
                    if !state.events.isEmpty { return state.events.removeFirst() }
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    precondition(state.reader == nil, "a subscription has one reader")
                    state.reader = continuation
                    return nil
                }
                if let event { continuation.resume(returning: event) }
            }
        } onCancel: {
            close()
        }
    }

    func close() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            state.isClosed = true
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
}
