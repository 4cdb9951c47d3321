import CShims
import Glibc
import Synchronization

/// Trees of files by the hash of what is in them.
package final class ModuleStore: Sendable {
    private let directory: String
    private let limits: TemplateArchive.Limits
    /// What was found to be as its name says, once.
    private let verified = Mutex<Set<String>>([])

    package init(_ options: ModuleInstallOptions) {
        directory = options.store
        limits = options.limits
    }

    /// The directory of a tree; nil if it is not there, or not as it was.
    package func tree(_ hash: String) -> String? {
        guard hash.utf8.count == 64, hash.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x61 && $0 <= 0x66 }) else { return nil }
        let path = "\(directory)/\(hash)"
        if verified.withLock({ $0.contains(hash) }) { return path }
        do throws(TemplateArchiveError) {
            guard try TemplateArchive(directory: path, limits: limits).sha256 == hash else { return nil }
        } catch {
            return nil  // what cannot be read is as good as not there: it is fetched again
        }
        verified.withLock { _ = $0.insert(hash) }
        return path
    }

    /// Keeps a tree; returns its hash. A tree of that hash that is not as it was is put aside.
    func add(_ archive: TemplateArchive) throws(TemplateArchiveError) -> String {
        let hash = archive.sha256
        if tree(hash) != nil { return hash }
        let temporary = try makeTemporaryDirectory()
        defer { Self.remove(temporary) }
        try archive.extract(to: temporary)
        let path = "\(directory)/\(hash)"
        if rename(temporary, path) != 0 {
            // Somebody else was faster, or it is damaged.
            guard errno == ENOTEMPTY || errno == EEXIST else { throw .system("keep", hash) }
            if tree(hash) == nil {
                guard rename(path, temporary + ".old") == 0, rename(temporary, path) == 0 else { throw .system("keep", hash) }
                Self.remove(temporary + ".old")
            }
        }
        return hash
    }

    /// A new directory beside the trees, for what is on its way to become one.
    func makeTemporaryDirectory() throws(TemplateArchiveError) -> String {
        if mkdir(directory, 0o755) != 0, errno != EEXIST { throw .system("make", directory) }
        var template = Array("\(directory)/.new-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("make a directory in", directory) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        return path
    }

    static func remove(_ path: String) { cshims_remove_tree(path) }
}
