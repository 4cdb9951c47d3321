import Glibc
import HCL

@testable import TemplateConfiguration

/// A directory with files, gone when the work with it is done.
enum Fixture {
    /// - Parameter files: texts by their paths; a text that begins with `-> ` makes a symbolic link.
    static func with<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
        var template = Array("\(base)/berth-configuration-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Problem(reason: "mkdtemp: \(errno)") }
        let root = template.dropLast().map { UInt8(bitPattern: $0) }
        let directory = String(decoding: root, as: UTF8.self)
        defer { remove(directory) }
        for (path, text) in files {
            let parts = path.split(separator: "/")
            for count in 1..<max(parts.count, 1) { mkdir("\(directory)/\(parts.prefix(count).joined(separator: "/"))", 0o755) }
            let target = "\(directory)/\(path)"
            if text.hasPrefix("-> ") {
                symlink(String(text.dropFirst(3)), target)
            } else {
                write(Array(text.utf8), to: target)
            }
        }
        return try body(directory)
    }

    /// The errors of loading files, as `file:line summary`.
    static func errors(_ files: [String: String], root: String = "") throws -> [String] {
        try with(files) { directory in
            ConfigurationLoader().load(directory + root).1.filter { $0.severity == .error }.map { diagnostic in
                (diagnostic.subject.map { "\($0.file):\($0.start.line) " } ?? "") + diagnostic.summary
            }
        }
    }

    /// What files make without an error.
    static func load(_ files: [String: String]) throws -> Configuration {
        try with(files) { directory in
            let (configuration, diagnostics) = ConfigurationLoader().load(directory)
            if let error = diagnostics.first(where: { $0.severity == .error }) { throw error }
            return configuration
        }
    }

    struct Problem: Error {
        var reason: String
    }

    private static let base = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name == "." || name == ".." { continue }
                // A link is removed, not what it leads to.
                if entry.pointee.d_type == UInt8(DT_DIR) { remove("\(path)/\(name)") } else { unlink("\(path)/\(name)") }
            }
        }
        rmdir(path)
    }
}
