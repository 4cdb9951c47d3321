import Glibc
import NIOCore
import Synchronization

/// Does what a client of SFTP asks for, one request after another.
///
/// Its calls block, so it is called off the event loop.
final class FileServer: @unchecked Sendable {
    // Safe: everything but the flag is used by one call at a time, see ``FileSession``.
    var handles: FileHandles
    let home: String
    let filesMax: Int
    private var isInitialized = false
    /// Whether the client has gone, so that what takes long is not finished.
    let isCancelled = Atomic(false)

    /// The longest packet of SFTP that is taken or sent; what OpenSSH has.
    static let packetSizeMax = 256 << 10
    static let dataSizeMax = packetSizeMax - 1024

    init(_ policy: FilePolicy, filesMax: Int) {
        home = policy.home
        self.filesMax = filesMax
        handles = FileHandles(countMax: filesMax)
    }

    /// What was done: answers to the first of the requests, and how many those are.
    struct Answers: Sendable {
        var output = ByteBuffer()
        var count = 0
        /// A request that cannot be answered ends the session.
        var failure: SSHError?
    }

    func perform(_ requests: [ByteBuffer], outputSizeMax: Int) -> Answers {
        var answers = Answers()
        for request in requests where answers.output.readableBytes < outputSizeMax {
            do {
                var request = request
                try answer(&request, into: &answers.output)
            } catch {
                answers.failure = (error as? SSHError) ?? .violation("\(error)")
                return answers
            }
            answers.count += 1
        }
        return answers
    }

    func closeAll() { handles.closeAll() }

    private func answer(_ request: inout ByteBuffer, into output: inout ByteBuffer) throws {
        let type = try request.takeByte()
        let id = try request.takeUInt32()
        guard type != FileMessage.initialize else {
            // The number is that of the client's version.
            guard !isInitialized, id >= 3 else { throw SSHError.violation("SFTP of version \(id), or begun twice") }
            isInitialized = true
            return writePacket(FileMessage.version, id: 3, into: &output) { buffer in
                for (name, version) in Self.extensions { for text in [name, version] { buffer.put(text) } }
            }
        }
        guard isInitialized else { throw SSHError.violation("SFTP that does not begin with its version") }
        do {
            try perform(type, &request, Reply(id: id), into: &output)
        } catch let error as FileError {
            writeStatus(error, id: id, into: &output)
        } catch is SSHError {
            writeStatus(FileError(.badMessage, "the request is not whole"), id: id, into: &output)
        }
    }

    /// To whom an answer goes.
    struct Reply { let id: UInt32 }

    private func perform(_ type: UInt8, _ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        switch type {
        case FileMessage.open: try open(&request, reply, into: &output)
        case FileMessage.read: return try read(&request, reply, into: &output)
        case FileMessage.openDirectory: try openDirectory(&request, reply, into: &output)
        case FileMessage.readDirectory: try readDirectory(&request, reply, into: &output)
        case FileMessage.lstat, FileMessage.stat, FileMessage.fstat: try status(type, &request, reply, into: &output)
        case FileMessage.realPath: writeName(try path(&request).resolved(), reply, into: &output)
        case FileMessage.readLink: writeName(try readLink(try path(&request)), reply, into: &output)
        case FileMessage.extended: try performExtension(&request, reply, into: &output)
        default:
            switch type {
            case FileMessage.close: try handles.close(&request)
            case FileMessage.write: try write(&request)
            case FileMessage.setstat: try change(path(&request), followsLinks: true, FileAttributes(&request))
            case FileMessage.fsetstat: try change(handles.file(&request), FileAttributes(&request))
            case FileMessage.remove: try FileError.check(path(&request).withC { unlink($0) })
            case FileMessage.makeDirectory: try makeDirectory(&request)
            case FileMessage.removeDirectory: try FileError.check(path(&request).withC { rmdir($0) })
            case FileMessage.rename: try rename(&request)
            case FileMessage.symlink: try symlink(&request)
            default: throw FileError(.unsupported, "request \(type) is not known")
            }
            writeStatus(FileError(.ok, "done"), id: reply.id, into: &output)
        }
    }

    func path(_ request: inout ByteBuffer) throws -> FilePath { try FilePath(&request).absolute(in: home) }

    // MARK: - Answers

    func writePacket(_ type: UInt8, id: UInt32, into output: inout ByteBuffer, _ write: (inout ByteBuffer) throws -> Void) rethrows {
        let start = output.writerIndex
        output.writeInteger(UInt32(0))
        output.writeInteger(type)
        output.writeInteger(id)
        try write(&output)
        output.setInteger(UInt32(output.writerIndex - start - 4), at: start)
    }

    func writeStatus(_ error: FileError, id: UInt32, into output: inout ByteBuffer) {
        writePacket(FileMessage.status, id: id, into: &output) {
            $0.writeInteger(error.status.rawValue)
            $0.put(error.message)
            $0.put("en")
        }
    }

    func writeName(_ path: FilePath, _ reply: Reply, into output: inout ByteBuffer) {
        writePacket(FileMessage.name, id: reply.id, into: &output) {
            $0.writeInteger(UInt32(1))
            $0.put(path.bytes)
            $0.put(path.bytes)
            $0.writeInteger(UInt32(0))  // no attributes
        }
    }

    func writeHandle(_ id: UInt32, _ reply: Reply, into output: inout ByteBuffer) {
        writePacket(FileMessage.handle, id: reply.id, into: &output) {
            $0.writeInteger(UInt32(4))
            $0.writeInteger(id)
        }
    }
}
