/// Why a connection is ended, as the other side is told.
package struct SSHError: Error, Sendable, Hashable, CustomStringConvertible {
    package var reason: DisconnectReason
    /// What was wrong, where; without secrets.
    package var message: String

    package init(_ reason: DisconnectReason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }

    /// What the other side sent is not SSH.
    static func violation(_ message: String) -> SSHError { SSHError(.protocolError, message) }
}

/// The reasons of RFC 4253, section 11.1.
package struct DisconnectReason: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let protocolError = DisconnectReason(rawValue: 2)
    package static let keyExchangeFailed = DisconnectReason(rawValue: 3)
    package static let macError = DisconnectReason(rawValue: 5)
    package static let serviceNotAvailable = DisconnectReason(rawValue: 7)
    package static let versionNotSupported = DisconnectReason(rawValue: 8)
    package static let connectionLost = DisconnectReason(rawValue: 10)
    package static let byApplication = DisconnectReason(rawValue: 11)
    package static let tooManyConnections = DisconnectReason(rawValue: 12)
    package static let noMoreAuthenticationMethods = DisconnectReason(rawValue: 14)
}
