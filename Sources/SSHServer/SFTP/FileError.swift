import Glibc

/// Why an operation on a file failed, as clients of SFTP are told.
struct FileError: Error {
    enum Status: UInt32 {
        case ok = 0
        case endOfFile = 1
        case noSuchFile = 2
        case permissionDenied = 3
        case failure = 4
        case badMessage = 5
        case unsupported = 8
    }

    var status: Status
    var message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What the last call has left in `errno`.
    static var last: FileError {
        let code = errno
        let status: Status =
            switch code {
            case ENOENT, ENOTDIR, EBADF, ELOOP: .noSuchFile
            case EPERM, EACCES, EFAULT: .permissionDenied
            case ENAMETOOLONG, EINVAL: .badMessage
            case ENOSYS, EOPNOTSUPP: .unsupported
            default: .failure
            }
        return FileError(status, String(cString: strerror(code)))
    }

    /// Passes on what a call returns, if it is not -1.
    @discardableResult static func check<T: SignedInteger>(_ result: T) throws(FileError) -> T {
        if result == -1 { throw .last }
        return result
    }
}
