/// Why there is no tunnel, or no stream through it.
package struct TunnelError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package var rawValue: String

        /// The server does not know the agent's token, or does not accept it any more.
        package static let unauthorized = Code(rawValue: "unauthorized")
        /// The other side speaks a version that this one does not.
        package static let version = Code(rawValue: "version")
        /// What answers is not the server: another site, or a proxy's page.
        package static let notTheServer = Code(rawValue: "not-the-server")
        /// The server cannot take the agent now.
        package static let unavailable = Code(rawValue: "unavailable")
        /// The connection ended, and all of its streams with it.
        package static let disconnected = Code(rawValue: "disconnected")
        /// A newer connection of the same agent took this one's place.
        package static let replaced = Code(rawValue: "replaced")
        /// Nothing was heard for too long.
        package static let silent = Code(rawValue: "silent")
        /// What was sent breaks the protocol.
        package static let `protocol` = Code(rawValue: "protocol")
        /// The agent does not open this stream: nobody listens, or it does not know the target.
        package static let refused = Code(rawValue: "refused")
        /// It took longer than it may.
        package static let timeout = Code(rawValue: "timeout")
        /// More than is allowed.
        package static let limit = Code(rawValue: "limit")

        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var code: Code
    package var message: String
    /// The HTTP status that goes with it, where there is one.
    package var status: Int?

    package init(_ code: Code, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    package var description: String { message }
}
