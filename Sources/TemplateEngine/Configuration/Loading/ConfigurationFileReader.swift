import Glibc

/// Reads files of a configuration: regular ones of bounded size that are where they may be.
enum ConfigurationFileReader {
    struct Problem: Error {
        /// In lower case, without a period.
        var reason: String
        var isMissing = false
    }

    /// - Parameter root: an absolute path without symbolic links, outside of which nothing is read; nil for anywhere.
    static func read(_ path: String, inside root: String?, sizeMax: Int = ConfigurationDirectory.fileSizeMax) -> Result<[UInt8], Problem> {
        guard let resolved = resolved(path) else {
            let code = errno
            return .failure(Problem(reason: systemError(code), isMissing: code == ENOENT))
        }
        if let root, !isInside(resolved, root) { return failure("it leads out of the template's directory") }
        // Without waiting, as a named pipe would make us.
        let file = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
        guard file >= 0 else { return failure(systemError()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return failure(systemError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { return failure("it is not a regular file") }
        let tooLarge = "it has more than \(sizeMax >> 20) MiB"
        guard Int(status.st_size) <= sizeMax else { return failure(tooLarge) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return failure(systemError()) }
            if count == 0 { return .success(bytes) }
            bytes += buffer[..<count]
            guard bytes.count <= sizeMax else { return failure(tooLarge) }
        }
    }

    /// An absolute path without symbolic links; nil, and `errno`, if there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a path is a directory or below it.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        directory == "/" || path == directory || path.hasPrefix(directory + "/")
    }

    private static func failure(_ reason: String) -> Result<[UInt8], Problem> { .failure(Problem(reason: reason)) }
    private static func systemError(_ code: Int32 = errno) -> String { String(cString: strerror(code)).lowercased() }
}
