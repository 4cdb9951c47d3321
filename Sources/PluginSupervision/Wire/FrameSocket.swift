import Glibc

/// One end of a connected stream socket that carries frames. Reading and writing may happen on two threads at once.
package final class FrameSocket: Sendable {
    package let descriptor: Int32

    /// - Parameter descriptor: owned by this object from now on.
    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Sends all of `bytes`.
    ///
    /// - Returns: false if the other side is gone.
    package func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        while sent < bytes.count {
            // Without SIGPIPE: the other side may be gone, which is no reason to die.
            let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends as much of `bytes` as the other side takes at once.
    ///
    /// - Returns: how much; nil if the other side is gone.
    package func sendSome(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var sent = 0
        while sent < bytes.count {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, flags)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { break }
            guard count > 0 else { return nil }
            sent += count
        }
        return sent
    }

    /// Whether the descriptor still is a socket, and not closed or replaced by foreign code in this process.
    package var isOpen: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Ends the conversation in both directions; a blocked reader wakes up.
    package func shutdown() {
        _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

/// Cuts a stream of bytes into frames. Used by one thread.
package struct FrameReader {
    private let socket: FrameSocket
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    package init(_ socket: FrameSocket) {
        self.socket = socket
        buffer = .allocate(byteCount: 1 << 18, alignment: 16)
    }

    /// Gives the buffer back; the reader must not be used afterwards.
    package func deallocate() { buffer.deallocate() }

    /// The next frame if one has already arrived whole; it is valid until the next call.
    package mutating func nextBuffered() throws(WireError) -> UnsafeRawBufferPointer? {
        guard end - start >= 4 else { return nil }
        let length = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        guard length > 0, length <= WireProtocol.frameSizeMaxBytes else { throw WireError(description: "a frame of \(length) bytes") }
        guard end - start >= 4 + length else { return nil }
        defer { start += 4 + length }
        return UnsafeRawBufferPointer(rebasing: buffer[start + 4..<start + 4 + length])
    }

    /// Waits for more bytes.
    ///
    /// - Returns: false if the other side is gone.
    package mutating func fill() -> Bool {
        if start > 0 {
            buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + start, byteCount: end - start)
            end -= start
            start = 0
        }
        if end == buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
            larger.baseAddress!.copyMemory(from: buffer.baseAddress!, byteCount: end)
            buffer.deallocate()
            buffer = larger
        }
        while true {
            let count = Glibc.read(socket.descriptor, buffer.baseAddress! + end, buffer.count - end)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            end += count
            return true
        }
    }
}
