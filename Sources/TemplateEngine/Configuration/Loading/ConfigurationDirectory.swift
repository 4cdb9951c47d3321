import Glibc
import HCL

/// A directory with the files of a module.
struct ConfigurationDirectory {
    /// Absolute.
    var path: String
    /// As diagnostics name it, relative to the root module.
    var name: String

    static let fileSizeMax = 16 << 20
    static let filesMax = 2_000

    /// A file as it was found.
    struct File {
        var name: String
        var bytes: [UInt8]
        var isOverride: Bool

        var isJSON: Bool { name.hasSuffix(".json") }
    }

    /// How diagnostics name a file in it.
    func displayName(_ file: String) -> String { name == "." ? file : "\(name)/\(file)" }

    /// Reads what belongs to the configuration: first the primary files, then those that override them, each sorted by name.
    ///
    /// - Parameter root: where files may be, links resolved.
    func files(inside root: String, _ diagnostics: inout Diagnostics) -> [File] {
        guard let names = names() else {
            diagnostics.append(
                .error("Failed to read module directory", "Module directory \(name) does not exist or cannot be read."))
            return []
        }
        let wanted = names.filter(Self.isConfiguration)
        if wanted.count > Self.filesMax {
            let detail = "Module directory \(name) has \(wanted.count) files of configuration; at most \(Self.filesMax) are read."
            diagnostics.append(.error("Too many files in module directory", detail))
            return []
        }
        let files = wanted.compactMap { name -> File? in
            switch ConfigurationFileReader.read("\(path)/\(name)", inside: root) {
            case .success(let bytes): return File(name: name, bytes: bytes, isOverride: Self.isOverride(name))
            case .failure(let problem):
                let place = SourceRange(file: displayName(name), start: .start, end: .start)
                let detail = "The file \(displayName(name).goQuoted) could not be read: \(problem.reason)."
                diagnostics.append(.error("Failed to read file", detail, subject: place))
                return nil
            }
        }
        return files.filter { !$0.isOverride } + files.filter(\.isOverride)
    }

    /// The names of what is in it, sorted by their bytes; nil if it cannot be read.
    func names() -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            if entry.pointee.d_type == UInt8(DT_DIR) { continue }
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Not hidden ones, nor what editors leave behind.
    private static func isConfiguration(_ name: String) -> Bool {
        guard name.hasSuffix(".tf") || name.hasSuffix(".tf.json") else { return false }
        return !name.hasPrefix(".") && !name.hasSuffix("~") && !(name.hasPrefix("#") && name.hasSuffix("#"))
    }

    private static func isOverride(_ name: String) -> Bool {
        let base = name.hasSuffix(".tf.json") ? name.dropLast(".tf.json".count) : name.dropLast(".tf".count)
        return base == "override" || base.hasSuffix("_override")
    }
}
