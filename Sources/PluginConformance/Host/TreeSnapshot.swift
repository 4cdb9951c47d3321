import Glibc
import PluginLoading

/// What lies below a directory: names, kinds, modes and contents.
struct TreeSnapshot: Equatable {
    private var entries: [String: String] = [:]
    private static let entriesMax = 10_000
    private static let contentMax = 1 << 20

    init(_ directory: String) {
        visit(directory, "")
    }

    /// The tree once nothing in it has changed for a while: what an apply started may still be writing its first lines.
    static func settled(_ directory: String) -> TreeSnapshot {
        var snapshot = TreeSnapshot(directory)
        var calm = 0
        for _ in 0..<100 where calm < 4 {
            usleep(50_000)
            let next = TreeSnapshot(directory)
            calm = next == snapshot ? calm + 1 : 0
            snapshot = next
        }
        return snapshot
    }

    /// The first few paths in which another snapshot differs, with how.
    func differences(to later: TreeSnapshot) -> [String] {
        let paths = Set(entries.keys).union(later.entries.keys).sorted()
        return paths.compactMap { path in
            switch (entries[path], later.entries[path]) {
            case (nil, _?): "\(path) was added"
            case (_?, nil): "\(path) is gone"
            case (let before?, let after?): before == after ? nil : "\(path) was changed"
            case (nil, nil): nil
            }
        }
    }

    private mutating func visit(_ directory: String, _ prefix: String) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream), entries.count < Self.entriesMax {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            var text = "\(status.st_mode) \(status.st_uid)"
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                text += " \(status.st_size)"
                // A file that cannot be read, or is large, is compared by its size.
                if let bytes = try? readFile(path, limit: Self.contentMax) { text += " \(Hasher.of(bytes))" }
                entries[prefix + name] = text
            case S_IFDIR:
                entries[prefix + name] = text
                visit(path, prefix + name + "/")
            default: entries[prefix + name] = text
            }
        }
    }
}

extension Hasher {
    /// A number for bytes, the same within this process.
    fileprivate static func of(_ bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes)
        return hasher.finalize()
    }
}
