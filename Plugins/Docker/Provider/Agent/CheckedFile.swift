import CCrypto
import Glibc
import HCL
import NIOCore
import Threads

/// The bytes of a file in parts, of which the last comes only if all of them have the hash that was promised: whoever needs the
/// whole file gets none that differs. What was hashed is what is handed out; the file is never in memory as a whole.
struct CheckedFile: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let partSizeMax = 1 << 18
    private static let sizeMax = 512 << 20

    let path: String
    let sha256: String
    let sizeBytes: Int
    private let file: Descriptor

    /// - Throws: ``CheckedFileError`` if there is no such file.
    init(_ path: String, sha256: String) async throws {
        self.path = path
        self.sha256 = sha256
        (file, sizeBytes) = try await OwnThread.run("agent file") { try Self.open(path) }
    }

    private static func open(_ path: String) throws -> (Descriptor, Int) {
        // Without O_NONBLOCK, to open a pipe that nobody writes would wait for ever.
        let number = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw CheckedFileError("\(path.goQuoted): \(String(cString: strerror(errno)))") }
        let file = Descriptor(number: number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CheckedFileError("\(path.goQuoted) is no regular file")
        }
        guard (1...sizeMax).contains(Int(status.st_size)) else {
            throw CheckedFileError("\(path.goQuoted) is empty, or larger than \(sizeMax >> 20) MiB")
        }
        return (file, Int(status.st_size))
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: self, hash: Hash()) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let file: CheckedFile
        let hash: Hash
        var offset = 0

        mutating func next() async throws -> ByteBuffer? {
            guard offset < file.sizeBytes else { return nil }
            let (file, hash, start) = (file, hash, offset)
            let count = Swift.min(CheckedFile.partSizeMax, file.sizeBytes - start)
            let bytes = try await OwnThread.run("agent file") { try file.part(start, count, hash) }
            offset += count
            return bytes
        }
    }

    private func part(_ start: Int, _ count: Int, _ hash: Hash) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let offset = start + buffer.readableBytes
            let read = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - buffer.readableBytes) { room in
                Swift.max(0, pread(file.number, room.baseAddress, Swift.min(room.count, start + count - offset), offset))
            }
            guard read > 0 else { throw CheckedFileError("\(path.goQuoted) could not be read to its end") }
        }
        buffer.withUnsafeReadableBytes { hash.add($0) }
        guard start + count < sizeBytes || hash.text() == sha256 else {
            throw CheckedFileError("\(path.goQuoted) has another SHA-256 than \(sha256)", isMismatch: true)
        }
        return buffer
    }

    /// Closes a file with its last user.
    private final class Descriptor: Sendable {
        let number: Int32
        init(number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// A SHA-256 in the making.
    // Safe: one iterator owns it, and its steps follow one another.
    final class Hash: @unchecked Sendable {
        private let context = EVP_MD_CTX_new()

        init() {
            let status = EVP_DigestInit_ex(context, EVP_sha256(), nil)
            precondition(status == 1, "libcrypto offers SHA-2")
        }

        deinit { EVP_MD_CTX_free(context) }

        func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

        func text() -> String {
            var digest = [UInt8](repeating: 0, count: 32)
            EVP_DigestFinal_ex(context, &digest, nil)
            return BytesText.hexadecimal.text(digest)
        }
    }
}

/// Why a file cannot be handed out.
struct CheckedFileError: Error, CustomStringConvertible {
    var description: String
    /// Whether it is there, but is not what was promised.
    var isMismatch: Bool

    init(_ description: String, isMismatch: Bool = false) {
        self.description = description
        self.isMismatch = isMismatch
    }
}
