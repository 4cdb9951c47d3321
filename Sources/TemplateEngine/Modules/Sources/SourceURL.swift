import HCL

/// A URL, taken apart as far as sources of modules need it.
struct SourceURL: Sendable, Hashable {
    var scheme: String
    /// Before the `@`; may hold a password.
    var userinfo: String?
    /// With the port, if one is given.
    var host: String
    /// With a slash in front, or empty.
    var path: String
    var query: [(name: String, value: String)] = []

    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        var rest = text[mark.upperBound...].prefix { $0 != "#" }
        if let question = rest.firstIndex(of: "?") {
            for item in rest[rest.index(after: question)...].split(separator: "&") {
                let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
            }
            rest = rest[..<question]
        }
        let authority = rest.prefix { $0 != "/" }
        path = String(rest[authority.endIndex...])
        if let at = authority.lastIndex(of: "@") {
            userinfo = String(authority[..<at])
            host = String(authority[authority.index(after: at)...]).lowercased()
        } else {
            host = authority.lowercased()
        }
        // A host that looks like an option of a program would be taken for one.
        guard !scheme.isEmpty, !host.hasPrefix("-"), userinfo?.hasPrefix("-") != true, scheme == "file" || !host.isEmpty else { return nil }
    }

    /// Takes a parameter out of the query; nil if it is not there.
    mutating func take(_ name: String) -> String? {
        guard let value = query.last(where: { $0.name == name })?.value else { return nil }
        query.removeAll { $0.name == name }
        return Self.percentDecoded(value)
    }

    var text: String { text(userinfo.map { $0 + "@" } ?? "", query.map { "\($0.name)=\($0.value)" }) }

    /// Without what may be a secret: for messages, and for what is stored.
    var redacted: String {
        let open = ["ref", "depth", "archive", "checksum", "terraform-get"]
        return text(
            userinfo.map { ($0.contains(":") || $0 != "git" ? "***" : $0) + "@" } ?? "",
            query.map { "\($0.name)=\(open.contains($0.name) ? $0.value : "***")" })
    }

    /// What must not be in any message.
    var secrets: [String] {
        let password = userinfo.flatMap { $0.split(separator: ":", maxSplits: 1).last.map(String.init) }
        let user = userinfo == "git" ? nil : userinfo
        return [user, password == "git" ? nil : password].compactMap { $0 }.flatMap { [$0, Self.percentDecoded($0)] }.filter { !$0.isEmpty }
    }

    private func text(_ user: String, _ query: [String]) -> String {
        "\(scheme)://\(user)\(host)\(path)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// What a reference in an answer leads to: a URL, or a path that starts with `/`, `./` or `../`.
    func resolving(_ reference: String) -> SourceURL? {
        if reference.contains("://") { return SourceURL(reference) }
        var result = self
        result.query = []
        let base = reference.hasPrefix("/") ? [] : path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().dropLast()
        var names = base.map(String.init)
        let parts = reference.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        for name in (parts.first ?? "").split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(String(name)) }
        }
        result.path = "/" + names.joined(separator: "/") + (parts.first?.hasSuffix("/") == true ? "/" : "")
        return SourceURL(result.text + (parts.count > 1 ? "?" + parts[1] : ""))
    }

    static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func == (left: SourceURL, right: SourceURL) -> Bool { left.text == right.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
