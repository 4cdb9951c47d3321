import NIOCore

/// Protects the packets of one direction.
///
/// All of ours leave the length readable and protect it, so a packet is known to be whole before anything of it is decrypted.
protocol PacketCipher {
    /// What the length of a packet's body is a multiple of.
    var blockSize: Int { get }
    /// Whether the four bytes of the length count among them.
    var alignsLength: Bool { get }
    var tagSize: Int { get }

    /// Appends length, body and tag. `packet` is length and body.
    mutating func seal(_ packet: UnsafeRawBufferPointer, sequence: UInt32, into output: inout ByteBuffer) throws

    /// The body. `packet` is length, body and tag, of the sizes above.
    mutating func open(_ packet: UnsafeRawBufferPointer, sequence: UInt32) throws -> ByteBuffer
}

/// What holds before the first key exchange.
struct NoCipher: PacketCipher {
    let blockSize = 8
    let alignsLength = true
    let tagSize = 0

    mutating func seal(_ packet: UnsafeRawBufferPointer, sequence: UInt32, into output: inout ByteBuffer) {
        output.writeBytes(packet)
    }

    mutating func open(_ packet: UnsafeRawBufferPointer, sequence: UInt32) -> ByteBuffer {
        ByteBuffer(bytes: packet.dropFirst(4))
    }
}
