import Glibc
import NIOCore

extension FileServer {
    /// How many names one answer has.
    private static let namesMax = 256

    func makeDirectory(_ request: inout ByteBuffer) throws {
        let path = try path(&request)
        let mode = try FileAttributes(&request).permissions ?? 0o777
        try FileError.check(path.withC { mkdir($0, mode) })
    }

    func openDirectory(_ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        let path = try path(&request)
        try handles.checkRoom()
        guard let stream = path.withC({ opendir($0) }) else { throw FileError.last }
        writeHandle(handles.add(.directory(stream, path)), reply, into: &output)
    }

    /// As many entries as fit; the stream remembers where it is.
    func readDirectory(_ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        let (stream, _) = try handles.directory(&request)
        var names = ByteBuffer()
        var count: UInt32 = 0
        while count < Self.namesMax, names.readableBytes < Self.packetSizeMax / 2, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            var status = stat()
            // One that is gone already is not listed.
            guard FilePath(name).withC({ fstatat(dirfd(stream), $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { continue }
            names.put(name)
            names.put(FileAttributes.line(name, status))
            FileAttributes(status).write(to: &names)
            count += 1
        }
        guard count > 0 else { throw FileError(.endOfFile, "no more entries") }
        writePacket(FileMessage.name, id: reply.id, into: &output) {
            $0.writeInteger(count)
            $0.writeImmutableBuffer(names)
        }
    }
}
