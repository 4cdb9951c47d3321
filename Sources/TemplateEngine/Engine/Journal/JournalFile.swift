import Glibc
import HCL

/// The file behind a journal. Belongs to one thread at a time.
final class JournalFile: @unchecked Sendable {  // it is handed to the actor that owns it, and touched there only
    private let path: String
    private let descriptor: Int32
    /// Why nothing more can be added.
    private var failure: JournalError?

    /// A new file with its first line, there at once and as a whole.
    init(creating path: String, _ head: [UInt8]) throws(JournalError) {
        let temporary = path + ".new"
        // What a crash left may be the journal itself under its other name: it is never opened.
        if unlink(temporary) != 0 && errno != ENOENT { throw .system("cannot write \(temporary)", errno) }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot write \(temporary)", errno) }
        self.path = path
        self.descriptor = descriptor
        try write(head)
        guard link(temporary, path) == 0 else {
            throw errno == EEXIST
                ? JournalError("\(path) is there already: what it says has to be recovered first") : .system("cannot make \(path)", errno)
        }
        // Only a name is left over if that fails, and the next journal removes it.
        unlink(temporary)
        try Self.syncDirectory(of: path)
    }

    deinit { close(descriptor) }

    /// Returns once the bytes are on the disk.
    func append(_ bytes: [UInt8]) throws(JournalError) {
        if let failure { throw failure }
        do throws(JournalError) {
            try write(bytes)
        } catch {
            // After a part of a line nothing may follow; and what became of bytes that could not be synced nobody knows.
            failure = error
            throw error
        }
    }

    private func write(_ bytes: [UInt8]) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system("cannot write \(path)", errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw .system("cannot make \(path) durable", errno) }
    }

    /// Nil if there is none.
    static func read(_ path: String) throws(JournalError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("cannot open \(path)", errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot read \(path)", errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    static func remove(_ path: String) throws(JournalError) {
        for name in [path, path + ".new"] where unlink(name) != 0 && errno != ENOENT { throw .system("cannot remove \(name)", errno) }
        try syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) throws(JournalError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open \(directory)", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("cannot make \(directory) durable", errno) }
    }
}

extension JournalError {
    fileprivate static func system(_ what: String, _ number: Int32) -> JournalError {
        JournalError("\(what): \(String(cString: strerror(number)))")
    }
}
