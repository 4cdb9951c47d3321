import Glibc
import HCL
import ProviderKit
import Threads

/// Files of this machine that a template names.
enum HostFile {
    static let sizeMax = 256 << 20

    static func path(_ path: String, in directory: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }

    /// The bytes of a file; nil if there is none.
    static func read(_ path: String) async throws -> [UInt8]? {
        try await OwnThread.run("docker file") { try readNow(path) }
    }

    static func readNow(_ path: String) throws(ProviderError) -> [UInt8]? {
        func failure(_ reason: String) -> ProviderError { ProviderError("Unable to read a file", "\(path.goQuoted): \(reason)") }
        // Without O_NONBLOCK, to open a pipe that nobody writes would wait for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(String(cString: strerror(errno)))
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw failure("is no regular file") }
        guard status.st_size <= sizeMax else { throw failure("is larger than \(sizeMax >> 20) MiB") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= sizeMax else { throw failure("is larger than \(sizeMax >> 20) MiB") }
        }
    }
}
