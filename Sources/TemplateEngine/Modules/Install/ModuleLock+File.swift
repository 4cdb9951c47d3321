import Glibc

extension ModuleLock {
    /// Reads a lock file; nil if there is none.
    package static func read(_ path: String) throws -> ModuleLock? {
        guard access(path, F_OK) == 0 else { return nil }
        return try ModuleLock(String(decoding: try FileBytes.read(path), as: UTF8.self))
    }

    /// Replaces a lock file; whoever reads it meanwhile sees the old or the new.
    package func write(to path: String) throws {
        var template = Array("\(path).new-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw TemplateArchiveError.system("make a file beside", path) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { break }
            written += count
        }
        let isClosed = close(file) == 0
        guard written == bytes.count, isClosed, rename(temporary, path) == 0 else {
            let error = TemplateArchiveError.system("write", path)
            unlink(temporary)
            throw error
        }
    }
}
