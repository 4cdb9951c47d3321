import Glibc
package import PluginLoading

/// Finds the plugin a user means: by name, by manifest, by library, or by directory.
package enum PluginLocator {
    /// - Parameters:
    ///   - word: a plugin's name or id, or a path that contains a slash or names a file.
    ///   - searchPath: where names are looked up.
    /// - Throws: ``PluginError`` that says what was looked for and where.
    package static func manifest(for word: String, searchPath: [String]) throws(PluginError) -> PluginManifest {
        var status = stat()
        let isPath = word.contains("/") || word.hasSuffix(".so") || word.hasSuffix(PluginManifest.suffix)
        guard isPath || stat(word, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && !PluginNames.isName(word) else {
            return try PluginCatalog(searchPath: searchPath).plugin(named: word)
        }
        guard stat(word, &status) == 0 else { throw PluginError(.notFound, "there is no file \(word)") }
        if word.hasSuffix(PluginManifest.suffix) { return try PluginManifest(path: absolute(word)) }
        let directory = status.st_mode & S_IFMT == S_IFDIR ? word : ExecutablePath.directory(of: word)
        let library = status.st_mode & S_IFMT == S_IFDIR ? nil : word.split(separator: "/").last.map(String.init)
        var broken: PluginError?
        for name in directoryEntries(directory) where name.hasSuffix(PluginManifest.suffix) {
            do throws(PluginError) {
                let manifest = try PluginManifest(path: absolute(directory + "/" + name))
                if library == nil || manifest.library == library { return manifest }
            } catch { broken = error }
        }
        if let broken { throw broken }
        throw PluginError(
            .manifest,
            "there is no manifest for \(word) in \(directory): a plugin is a library with a NAME\(PluginManifest.suffix) beside it that names it"
        )
    }

    /// A path that does not depend on the working directory.
    package static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else {
            guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
            defer { free(directory) }
            return String(cString: directory) + "/" + path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
