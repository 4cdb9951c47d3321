import Glibc

/// The address of a server, as far as it has to be taken apart to name another host in it.
struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    private let scheme: String
    /// Without the brackets of IPv6.
    var host: String
    let port: Int
    /// The port as it is written, with its colon, and all that follows.
    private let rest: String

    /// Nil if the text is no URL of HTTP.
    init?(_ text: String) {
        let pattern =
            /(?<scheme>[Hh][Tt][Tt][Pp][Ss]?):\/\/(?<host>\[[0-9A-Fa-f:.]+\]|[^:\/?#@\[\]]+)(?<rest>(?::(?<port>[0-9]{1,5}))?(?:[\/?#].*)?)/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        scheme = match.scheme.lowercased()
        host = String(match.host.drop { $0 == "[" }.prefix { $0 != "]" })
        rest = String(match.rest)
        port = match.port.map { Int($0) ?? 0 } ?? (scheme == "https" ? 443 : 80)
        guard (1...65535).contains(port) else { return nil }
    }

    var description: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)\(rest)" }

    /// Whether the host is the machine itself, whichever machine that is.
    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "0.0.0.0" { return true }
        if name.wholeMatch(of: /127(?:\.[0-9]{1,3}){3}/) != nil { return true }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, name, &bytes) == 1 else { return false }
        let isMapped = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) && bytes[12] == 127
        return isMapped || bytes.prefix(15).allSatisfy { $0 == 0 } && bytes[15] < 2
    }
}
