import Glibc
import HCL
import TemplateConfiguration

/// A directory with modules for machines without a network.
///
/// | source | where it is looked for |
/// |---|---|
/// | of a registry | `HOST/NAMESPACE/NAME/SYSTEM/VERSION/`, a directory |
/// | a repository | `git/HOST/PATH/REF/`, a directory; PATH without `.git`, REF is `HEAD` if the source has none |
/// | an archive, or any other URL | `http/HOST/PATH`, a directory, or the archive as a file |
struct ModuleMirror: Sendable {
    let directory: String

    /// What it has for a version of a module of a registry.
    func tree(of module: RegistryModule, _ version: String) -> String? { existing("\(module.host)/\(module.path)/\(version)") }

    /// The versions that it has.
    func versions(of module: RegistryModule) -> [(name: String, version: SemanticVersion)] {
        guard let path = location("\(module.host)/\(module.path)"), let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var result: [(String, SemanticVersion)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if let version = SemanticVersion(name) { result.append((name, version)) }
        }
        return result
    }

    /// What it has for something else.
    func tree(of place: ModulePackage.Place) -> String? {
        switch place {
        case .registry: nil
        case .git(let url, let reference):
            existing("git/\(url.host)\(url.path.hasSuffix(".git") ? String(url.path.dropLast(4)) : url.path)/\(reference ?? "HEAD")")
        case .archive(let url, _, _), .redirecting(let url): existing("http/\(url.host)\(url.path)")
        }
    }

    private func existing(_ path: String) -> String? {
        guard let path = location(path), access(path, F_OK) == 0 else { return nil }
        return path
    }

    /// Nil if the path would lead out of the mirror.
    private func location(_ path: String) -> String? {
        path.split(separator: "/").contains("..") ? nil : "\(directory)/\(path)"
    }
}
