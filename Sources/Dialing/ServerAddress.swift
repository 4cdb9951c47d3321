/// Where a server is reached: what an access URL says.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package var isSecure: Bool
    /// A name, or an address without brackets.
    package var host: String
    package var port: Int
    /// What stands before every path of the server: empty, or `/berth` if it lives below another site. Never ends in a slash.
    package var prefix: String

    package init(isSecure: Bool, host: String, port: Int, prefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// Reads `http(s)://host[:port][/prefix]`. Users, queries and fragments are refused.
    package init(_ text: String) throws(DialingError) {
        func wrong(_ why: String) -> DialingError {
            DialingError(.address, "\"\(text.prefix(200))\" is no URL of a server: \(why)")
        }
        guard let separator = text.firstRange(of: "://") else { throw wrong("it must begin with http:// or https://") }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw wrong("it must begin with http:// or https://")
        }
        let rest = text[separator.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw wrong("only printable ASCII may stand in it")
        }
        guard !rest.contains(where: { "?#@".contains($0) }) else { throw wrong("it must not have a user, a query or a fragment") }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        prefix = String(path)
        let authority = rest[..<slash]
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw wrong("a bracket is not closed") }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty {
                guard after.first == ":" else { throw wrong("only a port may follow a bracket") }
                portText = after.dropFirst()
            }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts.first ?? "")
            portText = parts.count > 1 ? parts[1] : nil
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { throw wrong("it names no host") }
        port = isSecure ? 443 : 80
        if let portText, !portText.isEmpty {
            guard let number = Int(portText), (1...65535).contains(number) else { throw wrong("\(portText) is no port") }
            port = number
        }
    }

    /// As a `Host` header has it: the port only where it is not the usual one.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(prefix)" }
}
