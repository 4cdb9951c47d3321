import Crypto
import NIOCore

/// The server's half of a key exchange: from the client's public value to ours and to a secret that both know.
struct KeyAgreement {
    /// What the client is sent.
    var reply: [UInt8]
    /// The secret as it is hashed: a number, or for ML-KEM a string.
    var secret: ByteBuffer

    /// - Parameter method: one of ``Algorithms/keyExchange``.
    init(_ method: String, client: [UInt8]) throws(SSHError) {
        do {
            switch method {
            case "mlkem768x25519-sha256": (reply, secret) = try Self.hybrid(client)
            case "ecdh-sha2-nistp256": (reply, secret) = try Self.p256(client)
            default: (reply, secret) = try Self.curve25519(client)
            }
        } catch {
            throw SSHError(.keyExchangeFailed, "the client's value for \(method) is not valid")
        }
    }

    /// RFC 8731. A value of low order, whose secret everybody knows, is refused by the library.
    private static func curve25519(_ client: [UInt8]) throws -> ([UInt8], ByteBuffer) {
        let (reply, secret) = try x25519(client)
        return (reply, number(secret))
    }

    /// RFC 5656, section 4.
    private static func p256(_ client: [UInt8]) throws -> ([UInt8], ByteBuffer) {
        let key = P256.KeyAgreement.PrivateKey()
        let secret = try key.sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(x963Representation: client))
        return (Array(key.publicKey.x963Representation), number(secret.withUnsafeBytes { Array($0) }))
    }

    /// draft-ietf-sshm-mlkem-hybrid-kex: both must be broken before the secret is known.
    private static func hybrid(_ client: [UInt8]) throws -> ([UInt8], ByteBuffer) {
        guard client.count == mlkemKeySize + 32 else { throw CryptoKitError.incorrectParameterSize }
        let sealed = try MLKEM768.PublicKey(rawRepresentation: client[..<mlkemKeySize]).encapsulate()
        let (point, secret) = try x25519(Array(client[mlkemKeySize...]))
        let both = SHA256.hash(data: sealed.sharedSecret.withUnsafeBytes { Array($0) } + secret)
        var string = ByteBuffer()
        string.put(Array(both))
        return (Array(sealed.encapsulated) + point, string)
    }

    private static let mlkemKeySize = 1184

    private static func x25519(_ client: [UInt8]) throws -> (reply: [UInt8], secret: [UInt8]) {
        let key = Curve25519.KeyAgreement.PrivateKey()
        let secret = try key.sharedSecretFromKeyAgreement(with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: client))
        return (Array(key.publicKey.rawRepresentation), secret.withUnsafeBytes { Array($0) })
    }

    static func number(_ bytes: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.putNumber(bytes)
        return buffer
    }
}
