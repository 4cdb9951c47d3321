/// What somebody told a channel with `NOTIFY`.
package struct Notification: Sendable, Hashable {
    package var channel: String
    package var payload: String
}
