import Glibc

/// Keeps two servers from using one directory. The kernel lets go of it when this process ends, however that happens.
final class DirectoryLock: Sendable {
    private let file: Int32

    /// - Throws: ``DatabaseError`` with code `cluster` that names who has the lock.
    init(_ path: String) throws(DatabaseError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("cannot open \(path)") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = (try? readText(path))?.trimmed ?? ""  // who has just taken it has not written yet
            close(file)
            guard code == EWOULDBLOCK else { throw .system("cannot lock \(path)", code) }
            throw DatabaseError(
                .cluster,
                "another server uses this data directory" + (holder.isEmpty ? "" : " (\(holder))")
                    + "; stop it, or give each server a directory of its own and one database with --postgres-url")
        }
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let text = Array(
            "process \(getpid()) on \(String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))\n".utf8)
        guard ftruncate(file, 0) == 0, pwrite(file, text, text.count, 0) == text.count else {
            let code = errno
            close(file)
            throw .system("cannot write \(path)", code)
        }
    }

    deinit { close(file) }

    func release() { _ = flock(file, LOCK_UN) }  // fails only for what is no file
}
