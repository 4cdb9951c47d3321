import NIOCore

/// Pads and seals packets, and collects them until they are sent together.
struct PacketWriter {
    private(set) var output = ByteBuffer()
    private var packet = ByteBuffer()
    var cipher: any PacketCipher = NoCipher()
    private(set) var sequence: UInt32 = 0
    private(set) var bytesOfKeys = 0
    private(set) var packetsOfKeys = 0
    private var padding = Padding()

    /// Appends a packet of these contents, in two parts so that data need not be copied to follow a header.
    mutating func write(_ head: ByteBuffer, _ tail: ByteBuffer = ByteBuffer()) throws {
        let contents = head.readableBytes + tail.readableBytes
        let block = cipher.blockSize
        let aligned = contents + 1 + (cipher.alignsLength ? 4 : 0)
        var padding = block - aligned % block
        if padding < 4 { padding += block }
        packet.clear()
        packet.writeInteger(UInt32(1 + contents + padding))
        packet.writeInteger(UInt8(padding))
        packet.writeImmutableBuffer(head)
        packet.writeImmutableBuffer(tail)
        self.padding.write(padding, to: &packet)
        let before = output.writerIndex
        output.reserveCapacity(minimumWritableBytes: packet.readableBytes + cipher.tagSize)
        try packet.withUnsafeReadableBytes { try cipher.seal($0, sequence: sequence, into: &output) }
        sequence &+= 1
        bytesOfKeys += output.writerIndex - before
        packetsOfKeys += 1
    }

    mutating func writeLine(_ text: String) { output.writeString(text + "\r\n") }

    /// What is to be sent.
    mutating func takeOutput() -> ByteBuffer {
        defer { output = ByteBuffer() }
        return output
    }

    mutating func use(_ cipher: any PacketCipher, resettingSequence: Bool) {
        self.cipher = cipher
        (bytesOfKeys, packetsOfKeys) = (0, 0)
        if resettingSequence { sequence = 0 }
    }
}

/// Random bytes, asked from the system for many packets at once.
private struct Padding {
    private var random = SystemRandomNumberGenerator()
    private var bytes: [UInt8] = []
    private var used = 0

    mutating func write(_ count: Int, to packet: inout ByteBuffer) {
        if used + count > bytes.count {
            bytes = []
            for _ in 0..<64 { withUnsafeBytes(of: random.next()) { bytes += $0 } }
            used = 0
        }
        packet.writeBytes(bytes[used..<(used + count)])
        used += count
    }
}
