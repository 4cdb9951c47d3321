/// Where a server is: `https://dev.example.org`, perhaps with a port and a path before everything.
package struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    package let host: String
    package let port: Int
    /// Without a slash at the end; empty for none.
    package let prefix: String

    /// Reads a URL; without a scheme it is `https`, on this machine `http`.
    ///
    /// - Throws: ``APIClientError`` with code ``APIClientError/Code/invalid``.
    package init(_ text: String) throws(APIClientError) {
        func wrong(_ why: String) -> APIClientError { APIClientError(.invalid, text, "\"\(text)\" is no URL of a server: \(why)") }
        var rest = text[...]
        while rest.hasSuffix("/") { rest.removeLast() }
        var scheme: String?
        if let separator = rest.firstRange(of: "://") {
            scheme = rest[..<separator.lowerBound].lowercased()
            rest = rest[separator.upperBound...]
        }
        guard scheme == nil || scheme == "http" || scheme == "https" else { throw wrong("the scheme must be http or https") }
        guard !rest.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" || $0 == "@" }) else {
            throw wrong("it has a query, a user or white space")
        }
        let authority = rest.prefix { $0 != "/" }
        prefix = String(rest.dropFirst(authority.count))
        var host = authority
        var port: Int?
        let portStart = authority.hasPrefix("[") ? authority.firstRange(of: "]:")?.upperBound : authority.firstRange(of: ":")?.upperBound
        if let portStart {
            guard let number = Int(authority[portStart...]), (1...65535).contains(number) else { throw wrong("the port is none") }
            port = number
            host = authority[..<authority.index(before: portStart)]
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
        guard !self.host.isEmpty else { throw wrong("there is no host") }
        isSecure = scheme.map { $0 == "https" } ?? !["localhost", "127.0.0.1", "::1"].contains(self.host)
        self.port = port ?? (isSecure ? 443 : 80)
    }

    /// Host and port as a request names them, the port left out where it is the usual one.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The URL, without a slash at the end.
    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(prefix)" }
}
