import Crypto
import NIOCore

/// The key by which clients know a workspace again: Ed25519, RFC 8709.
package struct HostKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    package let publicKey: PublicKey

    /// A new one.
    package init() throws(SSHError) { try self.init(Curve25519.Signing.PrivateKey()) }

    /// The same one for the same secret, so that it need not be stored.
    /// - Parameters:
    ///   - secret: at least 16 bytes that nobody can guess.
    ///   - name: what the key is for, as the id of a workspace.
    package init(derivedFrom secret: [UInt8], name: String) throws(SSHError) {
        precondition(secret.count >= 16, "a host key must not be derived from what can be guessed")
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: Array("berth ssh host key".utf8), info: Array(name.utf8), outputByteCount: 32)
        try self.init(seed: seed.withUnsafeBytes { Array($0) })
    }

    /// Reads what ``openSSH`` wrote, or `ssh-keygen -t ed25519 -N ""`.
    package init(openSSH text: String) throws(SSHError) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN OPENSSH PRIVATE KEY-----", lines.last == "-----END OPENSSH PRIVATE KEY-----",
            let bytes = Base64.decode(lines.dropFirst().dropLast().joined())
        else { throw SSHError(.byApplication, "the host key is not a private key in the format of OpenSSH") }
        var buffer = ByteBuffer(bytes: bytes)
        guard buffer.readBytes(length: Self.magic.count) == Self.magic else {
            throw SSHError(.byApplication, "the host key is not a private key in the format of OpenSSH")
        }
        guard try buffer.takeText() == "none" else {
            throw SSHError(.byApplication, "the host key is protected by a passphrase; remove it with ssh-keygen -p")
        }
        _ = (try buffer.takeString(), try buffer.takeString(), try buffer.takeUInt32(), try buffer.takeString())
        var secret = try buffer.takeString()
        guard try secret.takeUInt32() == secret.takeUInt32(), try secret.takeText() == "ssh-ed25519" else {
            throw SSHError(.byApplication, "the host key is not an Ed25519 key")
        }
        _ = try secret.takeString()
        try self.init(seed: Array(try secret.takeBytes().prefix(32)))
    }

    private init(seed: [UInt8]) throws(SSHError) {
        do {
            try self.init(Curve25519.Signing.PrivateKey(rawRepresentation: seed))
        } catch {
            throw SSHError(.byApplication, "the host key has the wrong length")
        }
    }

    private init(_ key: Curve25519.Signing.PrivateKey) throws(SSHError) {
        self.key = key
        var blob = ByteBuffer()
        blob.put("ssh-ed25519")
        blob.put(Array(key.publicKey.rawRepresentation))
        publicKey = try PublicKey(blob: Array(blob.readableBytesView))
    }

    private static let magic = Array("openssh-key-v1\0".utf8)

    /// The private key as OpenSSH stores it, without a passphrase. A secret.
    package var openSSH: String {
        var secret = ByteBuffer()
        secret.writeInteger(UInt32(0))
        secret.writeInteger(UInt32(0))
        secret.put("ssh-ed25519")
        secret.put(Array(key.publicKey.rawRepresentation))
        secret.put(Array(key.rawRepresentation) + Array(key.publicKey.rawRepresentation))
        secret.put("")
        var padding = UInt8(1)
        while secret.readableBytes % 8 != 0 {
            secret.writeInteger(padding)
            padding += 1
        }
        var file = ByteBuffer(bytes: Self.magic)
        for text in ["none", "none", ""] { file.put(text) }
        file.writeInteger(UInt32(1))
        file.put(publicKey.blob)
        file.put(secret)
        let text = Array(Base64.encode(Array(file.readableBytesView)).utf8)
        let lines = stride(from: 0, to: text.count, by: 70).map { String(decoding: text[$0..<min($0 + 70, text.count)], as: UTF8.self) }
        return (["-----BEGIN OPENSSH PRIVATE KEY-----"] + lines + ["-----END OPENSSH PRIVATE KEY-----", ""]).joined(separator: "\n")
    }

    func signature(of bytes: [UInt8]) throws(SSHError) -> ByteBuffer {
        do {
            var buffer = ByteBuffer()
            buffer.put("ssh-ed25519")
            buffer.put(Array(try key.signature(for: bytes)))
            return buffer
        } catch {
            throw SSHError(.keyExchangeFailed, "the host key cannot sign")
        }
    }
}
