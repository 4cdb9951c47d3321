import Glibc
package import PluginLoading

/// Makes a plugin to start from: a small correct one that builds with one command and passes the conformance tests.
package struct Scaffold {
    package enum Language: String, Sendable, CaseIterable {
        case c, swift, rust
    }

    package var language: Language
    /// `my-backend`
    package var name: String
    /// `org.example.my-backend`
    package var id: String
    /// Where Berth's sources, or what is installed of them for plugin authors, lie.
    package var sdk: String

    /// - Throws: ``PluginError`` with code `arguments`.
    package init(language: Language, name: String, id: String?, sdk: String) throws(PluginError) {
        guard PluginNames.isName(name), !name.utf8.first!.isDigit else {
            throw PluginError(.arguments, "\"\(name)\" is no plugin name: use a to z, 0 to 9 and '-', beginning with a letter")
        }
        let id = id ?? "com.example.\(name)"
        guard PluginNames.isIdentifier(id) else {
            throw PluginError(.arguments, "\"\(id)\" is no plugin id: use a reverse domain name in lower case such as org.example.\(name)")
        }
        self.language = language
        self.name = name
        self.id = id
        self.sdk = sdk
    }

    /// Where the running executable's own SDK is: the source checkout it was built in, or `../share/berth/sdk`.
    ///
    /// - Throws: ``PluginError`` with code `notFound` that says how to name one.
    package static func installedSDK() throws(PluginError) -> String {
        let executable = ExecutablePath.directory(of: ExecutablePath.current ?? "/")
        var places = [ExecutablePath.directory(of: executable) + "/share/berth/sdk"]
        var directory = executable
        while directory != "/" {
            places.append(directory)
            directory = ExecutablePath.directory(of: directory)
        }
        guard let found = places.first(where: { access($0 + "/Sources/PluginABI/include/berth_plugin.h", R_OK) == 0 }) else {
            throw PluginError(
                .notFound, "the files for plugin authors are not installed with this program; name a source checkout with --sdk")
        }
        return found
    }

    /// Writes the files into a new directory.
    ///
    /// - Returns: their names.
    /// - Throws: ``PluginError`` with code `arguments` if the directory exists, `notFound` if the SDK is incomplete.
    package func write(to directory: String) throws(PluginError) -> [String] {
        guard mkdir(directory, 0o755) == 0 else {
            throw PluginError(
                .arguments, "cannot make \(directory): \(String(cString: strerror(errno))); name a directory that does not exist")
        }
        var written: [String] = []
        try copy(from: sdk + "/Sources/PluginTooling/Templates/" + language.rawValue, to: directory, prefix: "", &written)
        for (source, target) in extras {
            try write(try readFile(sdk + "/" + source, limit: 4 << 20), to: directory + "/" + target)
            written.append(target)
        }
        return written.sorted()
    }

    /// Files that the plugin needs as they are.
    private var extras: [(String, String)] {
        switch language {
        case .c:
            [
                ("Sources/PluginABI/include/berth_plugin.h", "include/berth_plugin.h"),
                ("Sources/PluginKit/C/berth_kit.h", "include/berth_kit.h"),
            ]
        case .rust: [("Examples/Plugins/scratch/berth.rs", "berth.rs"), ("Examples/Plugins/scratch/json.rs", "json.rs")]
        case .swift: []
        }
    }

    private func copy(from source: String, to target: String, prefix: String, _ written: inout [String]) throws(PluginError) {
        let names = directoryEntries(source)
        guard !names.isEmpty else { throw PluginError(.notFound, "\(source) is missing: \(sdk) is not complete") }
        for name in names {
            var status = stat()
            let from = source + "/" + name
            let to = filled(name.hasSuffix(".in") ? String(name.dropLast(3)) : name)
            guard stat(from, &status) == 0 else { throw .system("cannot read \(from)", errno) }
            if status.st_mode & S_IFMT == S_IFDIR {
                try copy(from: from, to: target + "/" + to, prefix: prefix + to + "/", &written)
                continue
            }
            var bytes = try readFile(from, limit: 4 << 20)
            if name.hasSuffix(".in") { bytes = Array(filled(String(decoding: bytes, as: UTF8.self)).utf8) }
            try write(bytes, to: target + "/" + to)
            written.append(prefix + to)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(PluginError) {
        try makeDirectory(ExecutablePath.directory(of: path), mode: 0o755)
        try replaceFile(path, with: bytes, mode: path.hasSuffix(".sh") ? 0o755 : 0o644)
    }

    /// A template with its placeholders replaced.
    private func filled(_ text: String) -> String {
        let words = name.split(separator: "-")
        let type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        let values = [
            "@NAME@": name, "@IDENT@": words.joined(separator: "_"), "@TYPE@": type, "@ID@": id, "@SDK@": sdk,
        ]
        var result = ""
        var rest = text[...]
        while let at = rest.firstIndex(of: "@") {
            result += rest[..<at]
            rest = rest[at...]
            if let (key, value) = values.first(where: { rest.hasPrefix($0.key) }) {
                result += value
                rest = rest.dropFirst(key.count)
            } else {
                result += "@"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
