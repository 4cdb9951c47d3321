import Glibc

/// A regular file of this machine, read piece by piece.
final class LocalFile {
    private static let pieceSize = 256 << 10

    private let descriptor: Int32
    private let name: String

    /// - Throws: ``SSHError`` with the words of Terraform: `open a: no such file or directory`.
    init(_ path: String, named name: String) throws(SSHError) {
        self.name = name
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw SSHError("open \(name): \(SSHError.text(errno))") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SSHError("\(name) is no regular file")
        }
    }

    deinit { close(descriptor) }

    /// The next piece; nil at the end.
    func next() throws(SSHError) -> [UInt8]? {
        while true {
            var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { return Array(buffer[..<count]) }
            if count == 0 { return nil }
            guard errno == EINTR else { throw SSHError("read \(name): \(SSHError.text(errno))") }
        }
    }

    /// A path of a configuration: relative ones start at the root module.
    static func absolute(_ path: String, in directory: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }

    /// Whether there is a directory.
    static func isDirectory(_ path: String, named name: String) throws(SSHError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SSHError("stat \(name): \(SSHError.text(errno))") }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory, in the order of their bytes.
    static func names(in path: String, named name: String) throws(SSHError) -> [String] {
        guard let directory = opendir(path) else { throw SSHError("open \(name): \(SSHError.text(errno))") }
        defer { closedir(directory) }
        var result: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { result.append(name) }
        }
        return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
