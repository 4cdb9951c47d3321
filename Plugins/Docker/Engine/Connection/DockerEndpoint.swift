/// Where a Docker Engine listens, and how it is known to be the right one.
package struct DockerEndpoint: Sendable, Hashable {
    package enum Address: Sendable, Hashable {
        /// The path of a socket.
        case unix(String)
        /// A machine and a port; with TLS if there are ``DockerEndpoint/security``.
        case tcp(host: String, port: Int)
        /// A machine that ssh reaches.
        case ssh(SSHDestination)
    }

    package var address: Address
    package var security: DockerSecurity?
    /// As it was given, for messages.
    package var text: String

    /// The engine of this machine.
    package static let local = DockerEndpoint(address: .unix("/var/run/docker.sock"), security: nil, text: "unix:///var/run/docker.sock")

    private init(address: Address, security: DockerSecurity?, text: String) {
        self.address = address
        self.security = security
        self.text = text
    }

    /// An address as `DOCKER_HOST` has it: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`, `ssh://me@10.0.0.1`.
    package init(_ text: String, security: DockerSecurity? = nil, ssh: SSHSettings = SSHSettings()) throws(DockerError) {
        func invalid(_ reason: String) -> DockerError {
            DockerError(.invalidEndpoint, "the address \"\(text)\" of a Docker Engine \(reason)")
        }
        guard let mark = text.firstRange(of: "://") else {
            throw invalid("has no scheme; write unix:///path/to/docker.sock, tcp://host:port or ssh://user@host")
        }
        let (scheme, rest) = (text[..<mark.lowerBound].lowercased(), text[mark.upperBound...])
        self.text = text
        switch scheme {
        case "unix":
            guard rest.hasPrefix("/") else { throw invalid("needs an absolute path: unix:///path/to/docker.sock") }
            address = .unix(String(rest))
            self.security = nil
        case "tcp", "http", "https":
            let security = security ?? (scheme == "https" ? DockerSecurity() : nil)
            let authority = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
            guard rest == authority || rest == "\(authority)/" else { throw invalid("must not have a path") }
            guard let (host, port) = Self.hostAndPort(authority, portDefault: security == nil ? 2375 : 2376) else {
                throw invalid("is no host and port: tcp://host:port")
            }
            address = .tcp(host: host, port: port)
            self.security = security
        case "ssh":
            guard let destination = SSHDestination(rest, ssh) else {
                throw invalid("is no user, host and port, perhaps with the path of a socket: ssh://user@host:22/var/run/docker.sock")
            }
            address = .ssh(destination)
            self.security = nil
        default:
            throw invalid("has the unknown scheme \"\(scheme)\"; write unix:///path/to/docker.sock, tcp://host:port or ssh://user@host")
        }
    }

    private static func hostAndPort(_ text: Substring, portDefault: Int) -> (String, Int)? {
        let pattern = /(?<host>\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        guard let port = match.port else { return (String(match.host), portDefault) }
        guard let number = Int(port), (1...65535).contains(number) else { return nil }
        return (String(match.host), number)
    }

    /// What comes before the path in a URL; nil where a bridge has to be built first.
    var origin: String? {
        switch address {
        case .unix(let path): Self.origin(socket: path)
        case .tcp(let host, let port): "\(security == nil ? "http" : "https")://\(host):\(port)"
        case .ssh: nil
        }
    }

    static func origin(socket path: String) -> String { "http+unix://\(path.percentEncoded(allowing: ""))" }
}

extension String {
    /// As a part of a URL: letters, digits and `-._~` stay, and what is named here.
    func percentEncoded(allowing extra: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.append(byte)
            case _ where extra.utf8.contains(byte): result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
