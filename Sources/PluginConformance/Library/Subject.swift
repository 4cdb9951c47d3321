import Glibc
import JSON
import PluginLoading

/// What is tested: a library, its manifest, or as much of both as can be found.
package struct Subject: Sendable {
    /// Absolute; nil if there is only a manifest that leads nowhere.
    package var libraryPath: String?
    /// Absolute; nil if no manifest lies beside the library.
    package var manifestPath: String?

    /// Finds the library that belongs to a manifest, or the manifest that belongs to a library.
    ///
    /// A manifest that cannot be read is kept, so that the test for it can say what is wrong.
    package init(path given: String) {
        let path = Self.absolute(given)
        let directory = ExecutablePath.directory(of: path)
        guard path.hasSuffix(PluginManifest.suffix) else {
            libraryPath = path
            manifestPath = Self.manifest(for: path, in: directory)
            return
        }
        manifestPath = path
        if let manifest = try? PluginManifest(path: path) {  // a broken one is reported by its own test
            libraryPath = manifest.libraryPath
        } else {
            let guess = String(path.dropLast(PluginManifest.suffix.count)) + ".so"
            libraryPath = access(guess, F_OK) == 0 ? guess : nil
        }
    }

    init(libraryPath: String?, manifestPath: String?) {
        self.libraryPath = libraryPath
        self.manifestPath = manifestPath
    }

    private static func manifest(for library: String, in directory: String) -> String? {
        let name = String(library.dropFirst(directory.count)).drop { $0 == "/" }
        let stem = name.hasSuffix(".so") ? name.dropLast(3) : name
        let sibling = "\(directory)/\(stem)\(PluginManifest.suffix)"
        if access(sibling, F_OK) == 0 { return sibling }
        return PluginCatalog(searchPath: [directory]).entries.first { entry in
            if case .success(let manifest) = entry.manifest { manifest.library == name } else { false }
        }?.path
    }

    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
