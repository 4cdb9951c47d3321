import CShims
import Glibc

/// A whole file.
///
/// - Throws: ``PluginError`` with code `system` if it cannot be read, `limit` if it has more than `limit` bytes.
package func readFile(_ path: String, limit: Int) throws(PluginError) -> [UInt8] {
    let descriptor = try openRegularFile(path)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw .system("cannot read \(path)", errno) }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
        guard bytes.count <= limit else { throw PluginError(.limit, "\(path) has more than \(limit) bytes") }
    }
}

/// Opens a file for reading; does not wait for the other end of a pipe.
///
/// - Throws: ``PluginError`` with code `system` if it cannot be opened or is anything but a regular file.
package func openRegularFile(_ path: String) throws(PluginError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("cannot open \(path)", errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw PluginError(.system, "\(path) is not a regular file")
    }
    return descriptor
}

/// Replaces a file in one step: afterwards, also after a power failure, it holds the old bytes or the new ones.
///
/// - Throws: ``PluginError`` with code `system`.
package func replaceFile(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(PluginError) {
    let temporary = path + ".new"
    let descriptor = cshims_open_write(temporary, mode)
    guard descriptor >= 0 else { throw .system("cannot write \(temporary)", -descriptor) }
    var written = 0
    var failure: Int32 = 0
    bytes.withUnsafeBytes { buffer in
        while written < buffer.count {
            let step = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else {
                failure = errno
                return
            }
            written += step
        }
        if fsync(descriptor) != 0 { failure = errno }
    }
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    if failure == 0 && rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else { throw .system("cannot write \(path)", failure) }
    try syncDirectory(of: path)
}

/// Makes the directory entry of `path` durable.
package func syncDirectory(of path: String) throws(PluginError) {
    let directory = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = cshims_open_read(directory)
    guard descriptor >= 0 else { throw .system("cannot open \(directory)", -descriptor) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("cannot make \(directory) durable", errno) }
}

/// Makes a directory and those above it, private to this user.
package func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws(PluginError) {
    if mkdir(path, mode) == 0 { return }
    let failure = errno
    if failure == EEXIST {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .system("\(path) is not a directory", ENOTDIR) }
        return
    }
    guard failure == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else {
        throw .system("cannot make directory \(path)", failure)
    }
    try makeDirectory(String(path[..<slash]), mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .system("cannot make directory \(path)", errno) }
}

/// The names in a directory, sorted, without those that begin with a dot; none if it cannot be read.
package func directoryEntries(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// Removes a directory and everything below it, without following links. What is gone already is fine.
///
/// - Returns: whether nothing is left.
@discardableResult
package func removeTree(_ path: String) -> Bool {
    cshims_remove_tree(path)
    var status = stat()
    return lstat(path, &status) != 0 && errno == ENOENT
}
