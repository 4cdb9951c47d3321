import Crypto
import NIOCore

/// What a key exchange results in: RFC 4253, section 7.2. All our methods hash with SHA-256.
struct SessionKeys {
    private let secret: ByteBuffer
    private let exchangeHash: [UInt8]
    private let sessionID: [UInt8]

    /// - Parameter sessionID: the hash of the first exchange of the connection.
    init(secret: ByteBuffer, exchangeHash: [UInt8], sessionID: [UInt8]) {
        self.secret = secret
        self.exchangeHash = exchangeHash
        self.sessionID = sessionID
    }

    /// The cipher of the direction from the client to the server.
    func cipherToServer(_ algorithms: DirectionAlgorithms) -> any PacketCipher { cipher(algorithms, iv: "A", key: "C", mac: "E") }
    func cipherToClient(_ algorithms: DirectionAlgorithms) -> any PacketCipher { cipher(algorithms, iv: "B", key: "D", mac: "F") }

    private func cipher(
        _ algorithms: DirectionAlgorithms, iv ivLetter: Unicode.Scalar, key keyLetter: Unicode.Scalar, mac macLetter: Unicode.Scalar
    ) -> any PacketCipher {
        let key = bytes(keyLetter, count: algorithms.cipher.hasPrefix("aes256") ? 32 : 16)
        switch algorithms.mac {
        case nil: return GCMCipher(key: key, iv: bytes(ivLetter, count: 12))
        case "hmac-sha2-512-etm@openssh.com":
            return CTRCipher<SHA512>(key: key, iv: bytes(ivLetter, count: 16), authenticationKey: bytes(macLetter, count: 64))
        default:
            return CTRCipher<SHA256>(key: key, iv: bytes(ivLetter, count: 16), authenticationKey: bytes(macLetter, count: 32))
        }
    }

    private func bytes(_ letter: Unicode.Scalar, count: Int) -> [UInt8] {
        var derived = hash([UInt8(ascii: letter)] + sessionID)
        while derived.count < count { derived += hash(derived) }
        return Array(derived[..<count])
    }

    private func hash(_ tail: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array(secret.readableBytesView))
        hash.update(data: exchangeHash)
        hash.update(data: tail)
        return Array(hash.finalize())
    }

    /// What both sides hash, and the server signs.
    static func exchangeHash(
        versionOfClient: [UInt8], versionOfServer: [UInt8], initOfClient: ByteBuffer, initOfServer: ByteBuffer, hostKey: [UInt8],
        request: [UInt8], reply: [UInt8], secret: ByteBuffer
    ) -> [UInt8] {
        var text = ByteBuffer()
        text.put(versionOfClient)
        text.put(versionOfServer)
        text.put(initOfClient)
        text.put(initOfServer)
        text.put(hostKey)
        text.put(request)
        text.put(reply)
        text.writeImmutableBuffer(secret)
        return Array(SHA256.hash(data: Array(text.readableBytesView)))
    }
}
