package import NIOCore

/// How long to wait before the next attempt.
package struct Backoff: Sendable, Hashable {
    /// After the first failure; doubles with each.
    package var first = TimeAmount.milliseconds(100)
    package var longest = TimeAmount.seconds(10)
    /// After a failure that another attempt will hardly mend.
    package var slow = TimeAmount.seconds(60)
    /// A connection that held for so long counts as a success.
    package var goodAfter = TimeAmount.seconds(30)

    package init() {}

    /// - Parameter failures: how many there were in a row, at least one.
    package func pause(after code: TunnelError.Code, failures: Int) -> TimeAmount {
        let doubled = first.nanoseconds << min(max(failures - 1, 0), 20)
        let longest =
            switch code {
            // Two agents with one token would drive each other out for ever.
            case .unauthorized, .version, .replaced: slow.nanoseconds
            default: self.longest.nanoseconds
            }
        let isSlow = code == .unauthorized || code == .version || code == .replaced
        let ceiling = isSlow && failures > 2 ? longest : min(max(doubled, first.nanoseconds), longest)
        // A thousand agents must not come back in the same moment.
        return .nanoseconds(Int64.random(in: ceiling / 2...ceiling))
    }
}
