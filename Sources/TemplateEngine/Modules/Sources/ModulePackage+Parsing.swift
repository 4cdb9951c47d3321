import HCL

extension ModulePackage {
    /// Reads a source as Terraform does, short forms included.
    ///
    /// - Throws: ``ModuleFetchError`` that says what is not supported or wrong, without repeating secrets.
    init(parsing source: String) throws(ModuleFetchError) {
        let (package, inner) = Self.split(source)
        subdirectory = try Self.checked(inner)
        if let module = RegistryModule(package) {
            place = .registry(module)
            return
        }
        var text = package
        var getter: String?
        if let mark = text.firstRange(of: "::"), text[..<mark.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber }) {
            getter = String(text[..<mark.lowerBound])
            text = String(text[mark.upperBound...])
        }
        if !text.contains("://"), let (expanded, rest) = Self.expanded(text) {
            getter = getter ?? "git"
            text = expanded
            subdirectory = try Self.checked([rest, subdirectory].filter { !$0.isEmpty }.joined(separator: "/"))
        }
        guard let url = SourceURL(text) else {
            throw ModuleFetchError("it is neither a module of a registry, nor a path that starts with \"./\", nor a URL")
        }
        place = try Self.place(url, getter)
    }

    private static func place(_ original: SourceURL, _ getter: String?) throws(ModuleFetchError) -> Place {
        var url = original
        switch getter ?? (url.scheme == "ssh" ? "git" : url.scheme) {
        case "git":
            guard ["https", "http", "ssh", "file"].contains(url.scheme) else {
                throw ModuleFetchError("a repository is fetched over https or ssh, not by \(url.scheme.goQuoted)")
            }
            if url.take("sshkey") != nil { throw ModuleFetchError("sshkey is not supported: give the server's user a key for the host") }
            let reference = url.take("ref")
            if let depth = url.take("depth"), Int(depth).map({ $0 < 1 }) ?? true { throw ModuleFetchError("depth is no positive number") }
            // What looks like an option of git would be taken for one.
            guard reference.map({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.contains(":") && $0.utf8.allSatisfy { $0 > 0x20 } }) ?? true
            else {
                throw ModuleFetchError("ref is no name of a branch, tag or commit")
            }
            return .git(url, reference: reference)
        case "https", "http":
            guard ["https", "http"].contains(url.scheme) else { throw ModuleFetchError("its scheme is not http or https") }
            let checksum = try url.take("checksum").map { text throws(ModuleFetchError) in
                guard let checksum = ExpectedChecksum(text) else {
                    throw ModuleFetchError("checksum is not one of md5, sha1, sha256 or sha512 in hexadecimal digits, like \"sha256:…\"")
                }
                return checksum
            }
            guard let named = url.take("archive") else {
                return ArchiveKind(path: url.path).map { .archive(url, $0, checksum: checksum) } ?? .redirecting(url)
            }
            guard let kind = ArchiveKind(named: named) else {
                throw ModuleFetchError("archives of the kind \(named.goQuoted) are not supported; zip and tar.gz, .xz, .bz2 and .zst are")
            }
            return .archive(url, kind, checksum: checksum)
        case let other:
            throw ModuleFetchError("sources of the kind \(other.goQuoted) are not supported; registries, git and http(s) are")
        }
    }

    /// Before and after the `//` that is not part of a scheme; parameters belong to what is before.
    static func split(_ source: String) -> (package: String, inner: String) {
        let query = source.firstIndex(of: "?") ?? source.endIndex
        var start = source.startIndex
        if let scheme = source[..<query].firstRange(of: "://") { start = scheme.upperBound }
        guard let mark = source[start..<query].firstRange(of: "//") else { return (source, "") }
        return (String(source[..<mark.lowerBound] + source[query...]), String(source[mark.upperBound..<query]))
    }

    /// A directory in a package: relative, and without `..`.
    static func checked(_ subdirectory: String) throws(ModuleFetchError) -> String {
        let names = subdirectory.split(separator: "/").filter { $0 != "." }
        guard !names.contains("..") else { throw ModuleFetchError("the directory after \"//\" leads out of the package") }
        return names.joined(separator: "/")
    }

    /// The URL that a short form stands for, and the directory in it.
    private static func expanded(_ text: String) -> (url: String, inner: String)? {
        let query = text.firstIndex(of: "?") ?? text.endIndex
        let parameters = text[query...]
        for host in ["github.com", "gitlab.com", "bitbucket.org"] where text.hasPrefix(host + "/") {
            let names = text[..<query].split(separator: "/", omittingEmptySubsequences: false)
            guard names.count >= 3, names[1...2].allSatisfy({ !$0.isEmpty }) else { return nil }
            let repository = names[2].hasSuffix(".git") ? String(names[2]) : names[2] + ".git"
            return ("https://\(host)/\(names[1])/\(repository)\(parameters)", names.dropFirst(3).joined(separator: "/"))
        }
        // As scp has it: user@host:path
        guard let at = text.firstIndex(of: "@"), let colon = text[at...].firstIndex(of: ":"), colon < query,
            !text[..<colon].contains("/")
        else { return nil }
        let path = text[text.index(after: colon)...]
        return ("ssh://\(text[..<colon])/" + (path.hasPrefix("/") ? path.dropFirst() : path), "")
    }
}

extension RegistryModule {
    /// Nil if it is something else.
    init?(_ source: String) {
        let parts = source.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (3...4).contains(parts.count) else { return nil }
        let host = parts.count == 4 ? parts[0].lowercased() : Self.defaultHost
        guard parts.count == 3 || host.contains(".") || host.hasPrefix("localhost"), !Self.isRepositoryHost(host) else { return nil }
        guard !Self.isRepositoryHost(parts[0].lowercased()), host.utf8.allSatisfy(Self.isHostByte), !host.hasPrefix("-") else { return nil }
        let names = Array(parts.suffix(3))
        guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNameByte) }) else { return nil }
        self.init(host: host, namespace: names[0], name: names[1], system: names[2])
    }

    private static func isRepositoryHost(_ host: String) -> Bool { ["github.com", "gitlab.com", "bitbucket.org"].contains(host) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool { isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }
}

extension ModulePackage {
    /// A source that could not be read, without what is before an `@` and after a `?`.
    static func redacted(_ source: String) -> String {
        var text = source.prefix { $0 != "?" }
        if let at = text.lastIndex(of: "@") { text = "***" + text[at...] }
        return String(text)
    }
}
