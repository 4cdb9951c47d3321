import Glibc
import NIOCore

/// Files: their contents, attributes and names.
extension FileServer {
    private enum OpenFlag {
        static let read: UInt32 = 1
        static let write: UInt32 = 2
        static let append: UInt32 = 4
        static let create: UInt32 = 8
        static let truncate: UInt32 = 16
        static let exclusive: UInt32 = 32
    }

    func open(_ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        let path = try path(&request)
        let asked = try request.takeUInt32()
        let attributes = try FileAttributes(&request)
        try handles.checkRoom()
        // A pipe that nobody has open must not hold up the thread.
        var flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        switch (asked & OpenFlag.read != 0, asked & OpenFlag.write != 0) {
        case (true, true): flags |= O_RDWR
        case (false, true): flags |= O_WRONLY
        default: flags |= O_RDONLY
        }
        if asked & OpenFlag.append != 0 { flags |= O_APPEND }
        if asked & OpenFlag.create != 0 { flags |= O_CREAT }
        if asked & OpenFlag.truncate != 0 { flags |= O_TRUNC }
        if asked & OpenFlag.exclusive != 0 { flags |= O_EXCL }
        let descriptor = try FileError.check(path.withC { Glibc.open($0, flags, attributes.permissions ?? 0o666) })
        var status = stat()
        guard fstat(descriptor, &status) == 0, ![S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) else {
            Glibc.close(descriptor)
            throw FileError(.failure, "it is neither a file nor a device")
        }
        writeHandle(handles.add(.file(descriptor)), reply, into: &output)
    }

    func read(_ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        let descriptor = try handles.file(&request)
        let offset = try fileOffset(&request)
        let count = min(Int(try request.takeUInt32()), Self.dataSizeMax)
        let start = output.writerIndex
        do {
            try writePacket(FileMessage.data, id: reply.id, into: &output) { output in
                let lengthIndex = output.writerIndex
                output.writeInteger(UInt32(0))
                let got = try output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                    var got: Int
                    repeat { got = pread(descriptor, bytes.baseAddress, count, offset) } while got < 0 && errno == EINTR
                    return try FileError.check(got)
                }
                guard got > 0 || count == 0 else { throw FileError(.endOfFile, "end of file") }
                output.setInteger(UInt32(got), at: lengthIndex)
            }
        } catch {
            output.moveWriterIndex(to: start)
            throw error
        }
    }

    func write(_ request: inout ByteBuffer) throws {
        let descriptor = try handles.file(&request)
        let offset = try fileOffset(&request)
        let data = try request.takeString()
        try data.withUnsafeReadableBytes { try write($0, to: descriptor, at: offset) }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, offset + done)
            if count < 0, errno == EINTR { continue }
            done += try FileError.check(count)
        }
    }

    func fileOffset(_ request: inout ByteBuffer) throws -> Int {
        guard let offset = Int(exactly: try request.takeUInt64()), offset < Int.max - Self.packetSizeMax else {
            throw FileError(.failure, "no file is that long")
        }
        return offset
    }

    func status(_ type: UInt8, _ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        var status = Glibc.stat()
        switch type {
        case FileMessage.fstat: try FileError.check(fstat(handles.file(&request), &status))
        case FileMessage.lstat: try FileError.check(path(&request).withC { lstat($0, &status) })
        default: try FileError.check(path(&request).withC { stat($0, &status) })
        }
        writePacket(FileMessage.attributes, id: reply.id, into: &output) { FileAttributes(status).write(to: &$0) }
    }

    func change(_ path: FilePath, followsLinks: Bool, _ attributes: FileAttributes) throws(FileError) {
        let flags = followsLinks ? 0 : AT_SYMLINK_NOFOLLOW
        if let size = attributes.size {
            guard followsLinks else { throw FileError(.badMessage, "a link has no size to be changed") }
            try FileError.check(path.withC { truncate($0, Int(clamping: size)) })
        }
        if let mode = attributes.permissions { try FileError.check(path.withC { fchmodat(AT_FDCWD, $0, mode, flags) }) }
        if let times = attributes.timeSpecs { try FileError.check(path.withC { utimensat(AT_FDCWD, $0, times, flags) }) }
        if let owner = attributes.owner { try FileError.check(path.withC { fchownat(AT_FDCWD, $0, owner.user, owner.group, flags) }) }
    }

    func change(_ descriptor: Int32, _ attributes: FileAttributes) throws(FileError) {
        if let size = attributes.size { try FileError.check(ftruncate(descriptor, Int(clamping: size))) }
        if let mode = attributes.permissions { try FileError.check(fchmod(descriptor, mode)) }
        if let times = attributes.timeSpecs { try FileError.check(futimens(descriptor, times)) }
        if let owner = attributes.owner { try FileError.check(fchown(descriptor, owner.user, owner.group)) }
    }

    // MARK: - Names

    func readLink(_ path: FilePath) throws(FileError) -> FilePath {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try FileError.check(path.withC { readlink($0, &target, target.count) })
        return FilePath(target[..<count].map(UInt8.init(bitPattern:)))
    }

    /// OpenSSH's servers and clients have the two paths the other way round than the draft.
    func symlink(_ request: inout ByteBuffer) throws {
        let target = try FilePath(&request)
        let link = try path(&request)
        try FileError.check(target.withC { target in link.withC { Glibc.symlink(target, $0) } })
    }

    /// Never replaces a file, as version 3 has it.
    func rename(_ request: inout ByteBuffer) throws {
        let (old, new) = (try path(&request), try path(&request))
        var status = stat()
        try FileError.check(old.withC { lstat($0, &status) })
        if status.st_mode & S_IFMT == S_IFREG {
            // A second name fails if it is taken, at the very moment at which it would be.
            if old.withC({ old in new.withC { link(old, $0) } }) == 0 {
                try FileError.check(old.withC { unlink($0) })
                return
            }
            if errno == EEXIST { throw FileError(.failure, "a file of the new name exists") }
        }
        if new.withC({ lstat($0, &status) }) == 0 { throw FileError(.failure, "a file of the new name exists") }
        try FileError.check(old.withC { old in new.withC { Glibc.rename(old, $0) } })
    }
}
