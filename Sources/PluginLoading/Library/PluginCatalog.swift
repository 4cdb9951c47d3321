import CShims
import Glibc

/// The plugins on a search path, found by reading manifests; no library is opened.
package struct PluginCatalog: Sendable {
    /// A manifest that was found, or why it could not be used.
    package struct Entry: Sendable {
        /// The manifest's file.
        package var path: String
        package var manifest: Result<PluginManifest, PluginError>
        /// The manifest that is used instead, because it comes first on the search path.
        package var shadowedBy: String?
    }

    /// Everything that was found: in the order of the search path, by name within a directory.
    package let entries: [Entry]
    package let searchPath: [String]

    /// More entries of one directory are not looked at.
    package static let entriesMax = 1000

    /// Reads the manifests in `directories`; one that does not exist holds none.
    package init(searchPath directories: [String]) {
        searchPath = directories
        var entries: [Entry] = []
        var seen: [String: String] = [:]
        for directory in directories {
            for path in Self.manifests(in: directory) {
                let manifest: Result<PluginManifest, PluginError>
                do throws(PluginError) { manifest = .success(try PluginManifest(path: path)) } catch { manifest = .failure(error) }
                var entry = Entry(path: path, manifest: manifest)
                if case .success(let manifest) = manifest {
                    // Both names are looked up by users, so both must be free.
                    entry.shadowedBy = seen[manifest.id.rawValue] ?? seen[manifest.name]
                    if entry.shadowedBy == nil {
                        seen[manifest.id.rawValue] = path
                        seen[manifest.name] = path
                    }
                }
                entries.append(entry)
            }
        }
        self.entries = entries
    }

    /// The plugin with this name or id.
    ///
    /// - Throws: ``PluginError`` with code `notFound`, naming what there is, or `manifest` if the only candidate is broken.
    package func plugin(named name: String) throws(PluginError) -> PluginManifest {
        var names: [String] = []
        for entry in entries where entry.shadowedBy == nil {
            switch entry.manifest {
            case .success(let manifest):
                if manifest.name == name || manifest.id.rawValue == name { return manifest }
                names.append(manifest.name)
            case .failure(let error):
                if entry.path.hasSuffix("/" + name + PluginManifest.suffix) { throw error }
            }
        }
        let known = names.isEmpty ? "there is none" : "there are \(names.sorted().joined(separator: ", "))"
        throw PluginError(.notFound, "no plugin \"\(name)\" in \(searchPath.joined(separator: ":")); \(known)")
    }

    /// Where plugins are looked for: the directories given, those in `BERTH_PLUGIN_PATH` unless the process runs
    /// with privileges its user does not have, and the one that was installed with the executable.
    package static func defaultSearchPath(configured: [String] = []) -> [String] {
        var directories = configured
        if cshims_is_privileged() == 0, let variable = getenv("BERTH_PLUGIN_PATH") {
            directories += String(cString: variable).split(separator: ":").map(String.init)
        }
        if let executable = ExecutablePath.current {
            let directory = ExecutablePath.directory(of: executable)
            directories.append(ExecutablePath.directory(of: directory) + "/lib/berth/plugins")
            // In a source checkout the products lie in .build/<triple>/<configuration>.
            if let build = directory.range(of: "/.build/") { directories.append(directory[..<build.upperBound] + "berth-plugins") }
        }
        var seen: Set<String> = []
        return directories.filter { seen.insert($0).inserted }
    }

    /// Those in the directory itself and in its directories, of which a plugin may have one to itself.
    private static func manifests(in directory: String) -> [String] {
        var found: [String] = []
        for name in directoryEntries(directory).prefix(entriesMax) {
            if name.hasSuffix(PluginManifest.suffix) {
                found.append(directory + "/" + name)
            } else {
                found += directoryEntries(directory + "/" + name).filter { $0.hasSuffix(PluginManifest.suffix) }.map {
                    "\(directory)/\(name)/\($0)"
                }
            }
        }
        return found
    }
}

/// Where the running program lies.
package enum ExecutablePath {
    /// Absolute; nil if the kernel does not say.
    package static let current: String? = {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }()

    /// What comes before the last slash.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension String {
    /// Where a text occurs first.
    func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
