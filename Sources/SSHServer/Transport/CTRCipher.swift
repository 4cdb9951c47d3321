import Crypto
import CryptoExtras
import NIOCore

/// `aes128-ctr` and `aes256-ctr` (RFC 4344) with `hmac-sha2-*-etm@openssh.com`: the code covers what is sent, not what is meant.
struct CTRCipher<Hash: HashFunction>: PacketCipher {
    let blockSize = 16
    let alignsLength = false
    var tagSize: Int { Hash.Digest.byteCount }

    private let key: SymmetricKey
    private let authenticationKey: SymmetricKey
    /// The counter of blocks, which runs on from packet to packet.
    private var counter: UInt128

    /// - Parameter iv: 16 bytes.
    init(key: [UInt8], iv: [UInt8], authenticationKey: [UInt8]) {
        self.key = SymmetricKey(data: key)
        self.authenticationKey = SymmetricKey(data: authenticationKey)
        counter = UInt128(bigEndianBytes: iv[..<16])
    }

    mutating func seal(_ packet: UnsafeRawBufferPointer, sequence: UInt32, into output: inout ByteBuffer) throws {
        let start = output.writerIndex
        output.writeBytes(packet[..<4])
        output.writeBytes(try apply(to: UnsafeRawBufferPointer(rebasing: packet[4...])))
        let code = output.withUnsafeReadableBytes { bytes in
            self.code(UnsafeRawBufferPointer(rebasing: bytes[(start - output.readerIndex)...]), sequence: sequence)
        }
        code.withUnsafeBytes { _ = output.writeBytes($0) }
    }

    mutating func open(_ packet: UnsafeRawBufferPointer, sequence: UInt32) throws -> ByteBuffer {
        let end = packet.count - tagSize
        let code = self.code(UnsafeRawBufferPointer(rebasing: packet[..<end]), sequence: sequence)
        // Compares in constant time.
        guard code == UnsafeRawBufferPointer(rebasing: packet[end...]) else { throw CryptoKitError.authenticationFailure }
        return ByteBuffer(bytes: try apply(to: UnsafeRawBufferPointer(rebasing: packet[4..<end])))
    }

    private func code(_ bytes: UnsafeRawBufferPointer, sequence: UInt32) -> HMAC<Hash>.MAC {
        var code = HMAC<Hash>(key: authenticationKey)
        withUnsafeBytes(of: sequence.bigEndian) { code.update(data: $0) }
        code.update(data: bytes)
        return code.finalize()
    }

    private mutating func apply(to bytes: UnsafeRawBufferPointer) throws -> some Collection<UInt8> {
        let nonce = try withUnsafeBytes(of: counter.bigEndian) { try AES._CTR.Nonce(nonceBytes: $0) }
        counter &+= UInt128(bytes.count / 16)
        return try AES._CTR.encrypt(bytes, using: key, nonce: nonce)
    }
}
