/// What clients may reach, and offer, through the connection.
package struct ForwardingPolicy: Sendable {
    /// Whether a client may connect to it from here (`ssh -L`, `-D`, `-W`).
    package var letsConnect: @Sendable (ForwardingTarget) -> Bool = { _ in true }
    /// Whether a client may listen on it here (`ssh -R`).
    package var letsListen: @Sendable (ForwardingTarget) -> Bool = { _ in true }
    /// Whether programs may use the keys of the client's agent (`ssh -A`).
    package var letsUseAgent = true
    package var connectSeconds: Int64 = 30

    package init() {}
}

/// What is connected to, or listened on.
package enum ForwardingTarget: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
