import HCL

/// A URL, read as the published provider reads it, which is as Go's `net/url` does: almost any text is one.
struct AccessURL: Sendable {
    /// Why a text is no URL.
    struct Fault: Error {
        /// As Go says it: `parse "%zz": invalid URL escape "%zz"`.
        var message: String
    }

    /// As it was given.
    let text: String
    /// In lower case; empty if there is none.
    let scheme: String
    /// What stands between `//` and the path, with user and port; nil if there is none.
    let authority: String?
    /// Empty if there is none.
    let port: String

    init(_ text: String) throws(Fault) {
        func fault(_ reason: String) -> Fault { Fault(message: "parse \(text.goQuoted): \(reason)") }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw fault("net/url: invalid control character in URL") }
        self.text = text
        var rest = Array(text.utf8.prefix { $0 != UInt8(ascii: "#") })[...]
        let fragment = Array(text.utf8.dropFirst(rest.count + 1))
        guard let (scheme, length) = Self.scheme(of: rest) else { throw fault("missing protocol scheme") }
        self.scheme = scheme
        rest = rest.dropFirst(length).prefix { $0 != UInt8(ascii: "?") }
        if scheme.isEmpty, !rest.starts(with: "/".utf8), rest.prefix(while: { $0 != UInt8(ascii: "/") }).contains(UInt8(ascii: ":")) {
            throw fault("first path segment in URL cannot contain colon")
        }
        if rest.starts(with: "//".utf8), !scheme.isEmpty || !rest.starts(with: "///".utf8) {
            rest = rest.dropFirst(2)
            let host = rest.prefix { $0 != UInt8(ascii: "/") }
            rest = rest.dropFirst(host.count)
            authority = String(decoding: host, as: UTF8.self)
            let address = host.lastIndex(of: UInt8(ascii: "@")).map { host[($0 + 1)...] } ?? host
            if let problem = Self.problem(inHost: address) { throw fault(problem) }
            port = Self.port(of: address)
        } else {
            authority = nil
            port = ""
        }
        // What has a scheme and no slash is not taken apart further.
        let isOpaque = !scheme.isEmpty && authority == nil && !rest.starts(with: "/".utf8)
        if !isOpaque, let escape = Self.badEscape(in: rest) { throw fault("invalid URL escape \(escape.goQuoted)") }
        if let escape = Self.badEscape(in: fragment[...]) { throw fault("invalid URL escape \(escape.goQuoted)") }
    }

    /// What a reference to `/` leads to; ends in a slash.
    var root: String { (scheme.isEmpty ? "" : scheme + ":") + (authority.map { "//" + $0 } ?? "") + "/" }

    /// The same on another host, which keeps the port unless it has one itself.
    func replacing(host: String) throws(Fault) -> AccessURL {
        let start = (scheme.isEmpty ? "" : scheme + ":") + (authority.map { "//" + $0 } ?? "")
        let address = port.isEmpty || host.contains(":") ? host : "\(host):\(port)"
        return try AccessURL("\(scheme.isEmpty ? "" : scheme + ":")//\(address)" + String(text.dropFirst(start.count)))
    }

    /// The port, or the usual one of the scheme.
    var effectivePort: String { port.isEmpty ? (scheme == "https" ? "443" : "80") : port }

    /// The scheme and how many bytes it takes with its colon; nil if there is nothing before the colon.
    private static func scheme(of text: ArraySlice<UInt8>) -> (String, Int)? {
        for (index, byte) in text.enumerated() {
            switch Unicode.Scalar(byte) {
            case "a"..."z", "A"..."Z": continue
            case "0"..."9", "+", "-", ".":
                if index == 0 { return ("", 0) }
            case ":": return index == 0 ? nil : (String(decoding: text.prefix(index), as: UTF8.self).lowercased(), index + 1)
            default: return ("", 0)
            }
        }
        return ("", 0)
    }

    private static func port(of host: ArraySlice<UInt8>) -> String {
        let end = host.lastIndex(of: UInt8(ascii: "]")).map { host[($0 + 1)...] } ?? host
        guard let colon = end.lastIndex(of: UInt8(ascii: ":")) else { return "" }
        return String(decoding: end[(colon + 1)...], as: UTF8.self)
    }

    private static func problem(inHost host: ArraySlice<UInt8>) -> String? {
        var tail = host
        if host.first == UInt8(ascii: "[") {
            guard let end = host.lastIndex(of: UInt8(ascii: "]")) else { return "missing ']' in host" }
            tail = host[(end + 1)...]
        } else if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
            tail = host[colon...]
        } else {
            tail = []
        }
        let isPort = tail.isEmpty || tail.first == UInt8(ascii: ":") && tail.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
        if !isPort { return "invalid port \(String(decoding: tail, as: UTF8.self).goQuoted) after host" }
        if let escape = badEscape(in: host) { return "invalid URL escape \(escape.goQuoted)" }
        let refused = host.first { " \\^`{|}".utf8.contains($0) }
        return refused.map { "invalid character \(String(Unicode.Scalar($0)).goQuoted) in host name" }
    }

    /// The first percent sign that no two hexadecimal digits follow, with what follows it.
    private static func badEscape(in text: ArraySlice<UInt8>) -> String? {
        for (index, byte) in text.enumerated() where byte == UInt8(ascii: "%") {
            let escape = text.dropFirst(index).prefix(3)
            let digits = escape.dropFirst()
            if digits.count < 2 || !digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) {
                return String(decoding: escape, as: UTF8.self)
            }
        }
        return nil
    }
}
