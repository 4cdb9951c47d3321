import Glibc
import NIOCore
import Synchronization

/// What OpenSSH has added: its PROTOCOL, section 4, and draft-ietf-secsh-filexfer-extensions for `copy-data`.
extension FileServer {
    static let extensions: [(name: String, version: String)] = [
        ("posix-rename@openssh.com", "1"), ("statvfs@openssh.com", "2"), ("fstatvfs@openssh.com", "2"), ("hardlink@openssh.com", "1"),
        ("fsync@openssh.com", "1"), ("lsetstat@openssh.com", "1"), ("limits@openssh.com", "1"), ("expand-path@openssh.com", "1"),
        ("copy-data", "1"),
    ]

    func performExtension(_ request: inout ByteBuffer, _ reply: Reply, into output: inout ByteBuffer) throws {
        let name = try request.takeText()
        switch name {
        case "posix-rename@openssh.com":
            let (old, new) = (try path(&request), try path(&request))
            try FileError.check(old.withC { old in new.withC { Glibc.rename(old, $0) } })
        case "hardlink@openssh.com":
            let (old, new) = (try path(&request), try path(&request))
            try FileError.check(old.withC { old in new.withC { link(old, $0) } })
        case "fsync@openssh.com": try FileError.check(fsync(handles.file(&request)))
        case "lsetstat@openssh.com": try change(path(&request), followsLinks: false, FileAttributes(&request))
        case "copy-data": try copy(&request)
        case "statvfs@openssh.com":
            var status = statvfs()
            try FileError.check(path(&request).withC { statvfs($0, &status) })
            return writeSpace(status, reply, into: &output)
        case "fstatvfs@openssh.com":
            var status = statvfs()
            try FileError.check(fstatvfs(handles.file(&request), &status))
            return writeSpace(status, reply, into: &output)
        case "expand-path@openssh.com":
            let path = try FilePath(&request)
            // Of other accounts' homes nothing is known here.
            guard path.bytes.first == UInt8(ascii: "~") else { return writeName(try path.absolute(in: home).resolved(), reply, into: &output) }
            guard path.bytes.count == 1 || path.bytes[1] == UInt8(ascii: "/") else {
                throw FileError(.noSuchFile, "only the home of this account can be named by a tilde")
            }
            return writeName(try FilePath(Array(home.utf8) + path.bytes.dropFirst()).resolved(), reply, into: &output)
        case "limits@openssh.com":
            return writePacket(FileMessage.extendedReply, id: reply.id, into: &output) {
                for limit in [Self.packetSizeMax, Self.dataSizeMax, Self.dataSizeMax, filesMax] { $0.writeInteger(UInt64(limit)) }
            }
        default: throw FileError(.unsupported, "the extension \"\(name.prefix(40))\" is not known")
        }
        writeStatus(FileError(.ok, "done"), id: reply.id, into: &output)
    }

    private func writeSpace(_ space: statvfs, _ reply: Reply, into output: inout ByteBuffer) {
        let numbers: [UInt64] = [
            space.f_bsize, space.f_frsize, space.f_blocks, space.f_bfree, space.f_bavail, space.f_files, space.f_ffree, space.f_favail,
            space.f_fsid, space.f_flag & 3, space.f_namemax,
        ].map { UInt64($0) }
        writePacket(FileMessage.extendedReply, id: reply.id, into: &output) { for number in numbers { $0.writeInteger(number) } }
    }

    /// Copies within one file or from one to another, up to the end if the length is 0.
    private func copy(_ request: inout ByteBuffer) throws {
        let from = try handles.file(&request)
        var offset = try fileOffset(&request)
        let length = Int(clamping: try request.takeUInt64())
        let to = try handles.file(&request)
        var target = try fileOffset(&request)
        guard from != to || (length != 0 && (offset >= target + length || target >= offset + length)) else {
            throw FileError(.failure, "what is copied, and where to, overlap")
        }
        var left = length == 0 ? Int.max : length
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while left > 0 {
            if isCancelled.load(ordering: .relaxed) { throw FileError(.failure, "the connection is closed") }
            let count = try FileError.check(pread(from, &buffer, min(left, buffer.count), offset))
            if count == 0 { return }
            try buffer.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: to, at: target) }
            (offset, target, left) = (offset + count, target + count, left - count)
        }
    }
}
