import Crypto
import NIOCore

/// `aes128-gcm@openssh.com` and `aes256-gcm@openssh.com`: RFC 5647, without its negotiation.
struct GCMCipher: PacketCipher {
    let blockSize = 16
    let alignsLength = false
    let tagSize = 16

    private let key: SymmetricKey
    /// Four bytes that stay, and a counter of packets.
    private let fixed: UInt32
    private var counter: UInt64

    /// - Parameter iv: 12 bytes.
    init(key: [UInt8], iv: [UInt8]) {
        self.key = SymmetricKey(data: key)
        fixed = UInt32(bigEndianBytes: iv[..<4])
        counter = UInt64(bigEndianBytes: iv[4..<12])
    }

    private mutating func nextNonce() throws -> AES.GCM.Nonce {
        defer { counter &+= 1 }
        return try withUnsafeTemporaryAllocation(byteCount: 12, alignment: 8) { bytes in
            bytes.storeBytes(of: fixed.bigEndian, as: UInt32.self)
            bytes.storeBytes(of: counter.bigEndian, toByteOffset: 4, as: UInt64.self)
            return try AES.GCM.Nonce(data: UnsafeRawBufferPointer(bytes))
        }
    }

    mutating func seal(_ packet: UnsafeRawBufferPointer, sequence: UInt32, into output: inout ByteBuffer) throws {
        let length = UnsafeRawBufferPointer(rebasing: packet[..<4])
        let box = try AES.GCM.seal(
            UnsafeRawBufferPointer(rebasing: packet[4...]), using: key, nonce: try nextNonce(), authenticating: length)
        output.writeBytes(length)
        output.writeBytes(box.ciphertext)
        output.writeBytes(box.tag)
    }

    mutating func open(_ packet: UnsafeRawBufferPointer, sequence: UInt32) throws -> ByteBuffer {
        let end = packet.count - tagSize
        let box = try AES.GCM.SealedBox(
            nonce: try nextNonce(), ciphertext: UnsafeRawBufferPointer(rebasing: packet[4..<end]),
            tag: UnsafeRawBufferPointer(rebasing: packet[end...]))
        return ByteBuffer(bytes: try AES.GCM.open(box, using: key, authenticating: UnsafeRawBufferPointer(rebasing: packet[..<4])))
    }
}

extension FixedWidthInteger {
    init(bigEndianBytes bytes: some Sequence<UInt8>) { self = bytes.reduce(0) { $0 << 8 | Self($1) } }
}
