package import Logging
import Synchronization

/// Listens to channels, on a connection of its own, for all who want to know what is said there with `NOTIFY`.
///
/// The connection is made again when it is lost, and subscribers are told that they may have missed something meanwhile.
package final class NotificationHub: Sendable {
    private struct State {
        var nextID: UInt64 = 0
        var mailboxes: [String: [UInt64: Mailbox]] = [:]
        var connection: Connection?
        var isClosed = false
    }

    private let settings: ConnectionSettings
    private let logger: Logger
    private let state = Mutex(State())
    /// Says that channels have changed, or the connection was lost.
    private let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Starts to listen; ``close()`` ends it.
    package init(_ settings: ConnectionSettings, logger: Logger) {
        var settings = settings
        settings.address.applicationName += " notifications"
        self.settings = settings
        self.logger = logger
        Task { [self] in await run() }
    }

    /// From when on the channel is listened to, the subscription tells what is said there. Its first event is
    /// ``NotificationEvent/mayHaveMissed``.
    package func subscribe(_ channel: String) -> Subscription {
        let mailbox = Mailbox()
        let (id, isClosed) = state.withLock { state in
            state.nextID += 1
            state.mailboxes[channel, default: [:]][state.nextID] = mailbox
            return (state.nextID, state.isClosed)
        }
        if isClosed { mailbox.close() }
        change.yield()
        return Subscription(mailbox: mailbox, token: Subscription.Token { [weak self] in self?.forget(id, channel) })
    }

    /// Ends all subscriptions.
    package func close() {
        let (mailboxes, connection) = state.withLock { state in
            state.isClosed = true
            return (state.mailboxes.values.flatMap(\.values), state.connection)
        }
        for mailbox in mailboxes { mailbox.close() }
        connection?.close()
        change.finish()
    }

    private func forget(_ id: UInt64, _ channel: String) {
        state.withLock { state in
            state.mailboxes[channel]?[id] = nil
            if state.mailboxes[channel]?.isEmpty == true { state.mailboxes[channel] = nil }
        }
        change.yield()
    }

    // MARK: - Listening

    private func run() async {
        var failures = 0
        while !state.withLock({ $0.isClosed }) {
            do {
                try await listen { failures = 0 }
            } catch {
                failures += 1
                if failures == 1 { logger.warning("notifications are interrupted", metadata: ["database.error": "\(error)"]) }
            }
            // Nobody cancels this task.
            try? await Task.sleep(for: Backoff(min: .milliseconds(50), max: .seconds(2)).delay(afterFailures: max(1, failures)))
        }
    }

    /// Listens until the connection is lost, or the hub is closed.
    private func listen(_ connected: () -> Void) async throws {
        let connection = try await Connection.open(settings) { [weak self] in self?.dispatch($0) } onEnd: { [change] _ in change.yield() }
        defer { connection.close() }
        connected()
        let isClosed = state.withLock { state in
            state.connection = connection
            return state.isClosed
        }
        defer { state.withLock { $0.connection = nil } }
        if isClosed { return }
        /// Who has been told that its channel is listened to.
        var told: Set<UInt64> = []
        var listening: Set<String> = []
        for await _ in changesAfterNow() {
            guard connection.isOpen else { throw DatabaseError(.unavailable, "the connection for notifications was lost") }
            let wanted = state.withLock { $0.mailboxes }
            for channel in listening.subtracting(wanted.keys) { try await connection.query("unlisten \(identifier: channel)") }
            for channel in Set(wanted.keys).subtracting(listening) { try await connection.query("listen \(identifier: channel)") }
            listening = Set(wanted.keys)
            let all = wanted.values.flatMap { Array($0) }
            for (id, mailbox) in all where !told.contains(id) { mailbox.put(.mayHaveMissed) }
            told = Set(all.map(\.key))
        }
    }

    private func changesAfterNow() -> AsyncStream<Void> {
        change.yield()
        return changes
    }

    private func dispatch(_ notification: Notification) {
        let mailboxes = state.withLock { $0.mailboxes[notification.channel].map { Array($0.values) } ?? [] }
        for mailbox in mailboxes { mailbox.put(.payload(notification.payload)) }
    }
}
