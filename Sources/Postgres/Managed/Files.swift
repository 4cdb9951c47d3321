import CShims
import Glibc

extension DatabaseError {
    static func system(_ action: String, _ code: Int32 = errno) -> DatabaseError {
        DatabaseError(.cluster, "\(action): \(String(cString: strerror(code)))")
    }
}

/// The names in a directory; none if it cannot be read.
func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// A small file's text.
func readText(_ path: String) throws(DatabaseError) -> String {
    let file = cshims_open_read(path)
    guard file >= 0 else { throw .system("cannot read \(path)", -file) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else { throw .system("cannot read \(path)") }
    return String(decoding: bytes[..<count], as: UTF8.self)
}

/// Writes a small file anew.
func writeText(_ path: String, _ text: String, mode: UInt32 = 0o600) throws(DatabaseError) {
    let file = cshims_open_write(path, mode)
    guard file >= 0 else { throw .system("cannot write \(path)", -file) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else { throw .system("cannot write \(path)") }
}

/// A directory's or link's real path; the path itself if there is none.
func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}
