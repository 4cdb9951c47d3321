/// What is said on one channel, from when it is listened to. One task may read it; it ends when that task is cancelled, or the hub closes.
package struct Subscription: AsyncSequence, Sendable {
    package typealias Element = NotificationEvent
    let mailbox: Mailbox
    /// The hub forgets the subscription with the last copy of it.
    let token: Token

    package func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription
        package mutating func next() async -> NotificationEvent? { await subscription.mailbox.take() }
        package mutating func next(isolation actor: isolated (any Actor)?) async -> NotificationEvent? { await subscription.mailbox.take() }
    }

    final class Token: Sendable {
        private let end: @Sendable () -> Void
        init(_ end: @escaping @Sendable () -> Void) { self.end = end }
        deinit { end() }
    }
}

/// What a subscriber is told.
package enum NotificationEvent: Sendable, Hashable {
    /// From here on nothing is missed: look at the state now. Comes first, after every interruption, and in place of what was too
    /// much to keep.
    case mayHaveMissed
    case payload(String)
}
