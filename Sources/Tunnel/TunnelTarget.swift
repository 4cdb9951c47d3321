/// Where a byte stream through a tunnel leads to: what a `CONNECT` names.
package enum TunnelTarget: Sendable, Hashable, CustomStringConvertible {
    /// A port, as the agent reaches it.
    case tcp(host: String, port: Int)
    /// A socket in the workspace's file system.
    case unix(path: String)
    /// The agent's SSH server.
    case ssh
    /// A terminal; headers of the stream say which.
    case terminal

    /// The longest authority that is read.
    static let sizeMax = 1024

    /// As it stands in `:authority`.
    package var authority: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .ssh: "ssh"
        case .terminal: "terminal"
        }
    }

    package init?(authority: String) {
        guard authority.utf8.count <= Self.sizeMax, !authority.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        if authority == "ssh" || authority == "terminal" {
            self = authority == "ssh" ? .ssh : .terminal
        } else if authority.hasPrefix("unix:") {
            let path = String(authority.dropFirst(5))
            // What fits a socket's address.
            guard path.hasPrefix("/"), path.utf8.count <= 107 else { return nil }
            self = .unix(path: path)
        } else {
            guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
                (1...65535).contains(port)
            else { return nil }
            var host = authority[..<colon]
            if host.first == "[", host.last == "]" {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self = .tcp(host: String(host), port: port)
        }
    }

    package var description: String { authority }
}
