import Glibc
import Threads

/// Files that a template names.
enum LocalFile {
    /// Where a path leads, from a directory if it is relative.
    static func path(_ path: String, in directory: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }

    /// The bytes of a regular file; nil if there is nothing at the path.
    static func read(_ path: String, sizeMax: Int) async throws(LocalFileError) -> [UInt8]? {
        try await onOwnThread { () throws(LocalFileError) in try readNow(path, sizeMax: sizeMax) }
    }

    /// Writes a file, and makes the directories above it that are missing. The modes are before umask; what is there keeps its own.
    static func write(_ path: String, _ bytes: [UInt8], mode: UInt32, directoryMode: UInt32) async throws(LocalFileError) {
        try await onOwnThread { () throws(LocalFileError) in
            if let slash = path.lastIndex(of: "/") { try makeDirectories(String(path[..<slash]), directoryMode) }
            // Without O_NONBLOCK, to open a pipe that nobody reads would wait for ever.
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
            guard file >= 0 else { throw LocalFileError("open", path, errno) }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let code = errno
                    close(file)
                    throw LocalFileError("write", path, code)
                }
                written += count
            }
            // What could not be written yet may be told here.
            guard close(file) == 0 else { throw LocalFileError("close", path, errno) }
        }
    }

    /// Removes a file; one that is not there is gone already.
    static func remove(_ path: String) async throws(LocalFileError) {
        try await onOwnThread { () throws(LocalFileError) in
            guard unlink(path) == 0 || errno == ENOENT else { throw LocalFileError("remove", path, errno) }
        }
    }

    private static func makeDirectories(_ path: String, _ mode: UInt32) throws(LocalFileError) {
        var status = stat()
        if path.isEmpty || stat(path, &status) == 0 { return }
        if let slash = path.lastIndex(of: "/") { try makeDirectories(String(path[..<slash]), mode) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw LocalFileError("mkdir", path, errno) }
    }

    /// Does work with files on a thread that may be made to wait for a disk or a network.
    static func onOwnThread<T: Sendable>(
        _ work: @escaping @Sendable () throws(LocalFileError) -> T
    ) async throws(LocalFileError) -> T {
        do {
            return try await OwnThread.run("berth-files", work)
        } catch let error as LocalFileError {
            throw error
        } catch {
            throw LocalFileError(action: "work with files", path: "", reason: "\(error)")
        }
    }

    static func readNow(_ path: String, sizeMax: Int) throws(LocalFileError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        if file < 0 {
            if errno == ENOENT { return nil }
            throw LocalFileError("open", path, errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw LocalFileError("stat", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            throw LocalFileError(action: "read", path: path, reason: isDirectory ? "is a directory" : "not a regular file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw LocalFileError("read", path, errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= sizeMax else {
                throw LocalFileError(action: "read", path: path, reason: "larger than \(sizeMax >> 20) MiB")
            }
        }
    }
}

/// What could not be done with a file; as Go writes it: `open a/b: no such file or directory`.
struct LocalFileError: Error, Hashable, CustomStringConvertible {
    var action: String
    var path: String
    var reason: String
    /// `errno`, if a system call failed.
    var code: Int32?

    init(action: String, path: String, reason: String) {
        self.action = action
        self.path = path
        self.reason = reason
    }

    init(_ action: String, _ path: String, _ code: Int32) {
        let text = String(cString: strerror(code))
        self.init(action: action, path: path, reason: text.prefix(1).lowercased() + text.dropFirst())
        self.code = code
    }

    var description: String { path.isEmpty ? "\(action): \(reason)" : "\(action) \(path): \(reason)" }
}
