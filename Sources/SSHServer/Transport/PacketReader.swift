import NIOCore

/// Cuts what arrives into packets, and opens them.
struct PacketReader {
    private var input = ByteBuffer()
    var cipher: any PacketCipher = NoCipher()
    /// The number of the next packet.
    private(set) var sequence: UInt32 = 0
    /// What has arrived since the last keys.
    private(set) var bytesOfKeys = 0
    private(set) var packetsOfKeys = 0
    /// The longest body that is taken; more is only allowed to those who have authenticated.
    var bodySizeMax: Int

    /// Whether the whole first line was seen.
    private var isPastVersion = false
    /// RFC 4253, section 4.2.
    private static let versionSizeMax = 255

    init(bodySizeMax: Int) { self.bodySizeMax = bodySizeMax }

    mutating func append(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The line with which the other side begins, without its end; nil while it is not whole.
    mutating func version() throws(SSHError) -> [UInt8]? {
        let view = input.readableBytesView.prefix(Self.versionSizeMax)
        guard let end = view.firstIndex(of: 0x0A) else {
            if view.count == Self.versionSizeMax { throw SSHError(.protocolError, "the first line is too long") }
            return nil
        }
        var line = Array(view[..<end])
        input.moveReaderIndex(forwardBy: line.count + 1)
        if line.last == 0x0D { line.removeLast() }
        return line
    }

    /// The contents of the next packet; nil while it is not whole.
    mutating func next() throws(SSHError) -> ByteBuffer? {
        guard let length: UInt32 = input.getInteger(at: input.readerIndex) else { return nil }
        let aligned = Int(length) + (cipher.alignsLength ? 4 : 0)
        guard length <= bodySizeMax, length >= 5, aligned % cipher.blockSize == 0 else {
            throw .violation("a packet has the impossible length \(length)")
        }
        let size = 4 + Int(length) + cipher.tagSize
        guard input.readableBytes >= size else { return nil }
        var body: ByteBuffer
        do {
            body = try input.withUnsafeReadableBytes {
                try cipher.open(UnsafeRawBufferPointer(rebasing: $0[..<size]), sequence: sequence)
            }
        } catch {
            throw SSHError(.macError, "a packet was changed on its way")
        }
        input.moveReaderIndex(forwardBy: size)
        let padding = Int(try body.takeByte())
        guard padding >= 4, padding < body.readableBytes else { throw .violation("a packet has \(padding) bytes of padding") }
        sequence &+= 1
        bytesOfKeys += size
        packetsOfKeys += 1
        body.moveWriterIndex(to: body.writerIndex - padding)
        return body
    }

    mutating func use(_ cipher: any PacketCipher, resettingSequence: Bool) {
        self.cipher = cipher
        (bytesOfKeys, packetsOfKeys) = (0, 0)
        if resettingSequence { sequence = 0 }
    }
}
