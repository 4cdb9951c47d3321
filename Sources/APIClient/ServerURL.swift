/// Where a server is: scheme, host, port, and the path it is served under.
package struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    package var isSecure: Bool
    package var host: String
    package var port: Int
    /// Empty, or beginning with a slash and not ending with one.
    package var basePath: String

    /// From what a person typed; without a scheme it is https, but for addresses of this machine.
    ///
    /// Nil if it is no address of a server: another scheme, a user name, a query.
    package init?(_ text: String) {
        var rest = text[...]
        if let range = rest.firstRange(of: "://") {
            switch rest[..<range.lowerBound].lowercased() {
            case "https": isSecure = true
            case "http": isSecure = false
            default: return nil
            }
            rest = rest[range.upperBound...]
        } else {
            let host = rest.prefix { $0 != ":" && $0 != "/" }
            isSecure = !(host == "localhost" || host.hasPrefix("127.") || rest.hasPrefix("[::1]"))
        }
        guard !rest.contains(where: { "?#@ \\".contains($0) || $0.isNewline }) else { return nil }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        basePath = String(path)
        var name = authority
        port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            name = authority[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            name = name.dropFirst().dropLast()
        } else if name.contains(":") {
            return nil
        }
        if name.isEmpty { return nil }
        host = String(name)
    }

    /// `host`, or `host:port` where that is not the scheme's own.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(basePath)" }

    /// The URL of a path on it, which is encoded already, with a query, which is not.
    package func text(_ path: String, query: [(String, String)] = []) -> String {
        "\(self)" + target(path, query: query).dropFirst(basePath.count)
    }

    /// What stands in the first line of a request.
    package func target(_ path: String, query: [(String, String)] = []) -> String {
        let pairs = query.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }
        return basePath + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// One segment of a path, or one part of a query: RFC 3986, section 2.3.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
