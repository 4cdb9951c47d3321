import Crypto
import CryptoExtras
import NIOCore

/// A public key as SSH writes it.
package struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// `ssh-ed25519`, `ssh-rsa`, …
    package let type: String
    /// RFC 4253, section 6.6.
    package let blob: [UInt8]

    package init(blob: [UInt8]) throws(SSHError) {
        var buffer = ByteBuffer(bytes: blob)
        type = try buffer.takeText()
        self.blob = blob
    }

    /// Reads a line of `authorized_keys` that has no options, or of a `.pub` file.
    package init(openSSH line: String) throws(SSHError) {
        let parts = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard parts.count >= 2, let blob = Base64.decode(parts[1]) else {
            throw SSHError(.byApplication, "a public key is written as its type and its base64")
        }
        try self.init(blob: blob)
        guard type == parts[0] else { throw SSHError(.byApplication, "a public key of type \(type) is called \(parts[0])") }
    }

    /// As in a `.pub` file, without a comment.
    package var openSSH: String { "\(type) \(Base64.encode(blob))" }

    /// As `ssh-keygen -l` shows it.
    package var fingerprint: String {
        String("SHA256:" + Base64.encode(Array(SHA256.hash(data: blob))).prefix { $0 != "=" })
    }

    package var description: String { "\(type) \(fingerprint)" }

    /// What users may sign with.
    static let signatureAlgorithms = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
    ]

    /// The type of the keys that sign with an algorithm.
    static func keyType(of algorithm: String) -> String { algorithm.hasPrefix("rsa-") ? "ssh-rsa" : algorithm }

    /// Whether the key signed this.
    /// - Parameter signature: RFC 4253, section 6.6, RFC 5656, section 3.1.2, RFC 8332.
    func isValid(_ signature: ByteBuffer, of text: [UInt8], algorithm: String) -> Bool {
        do {
            return try check(signature, of: text, algorithm: algorithm)
        } catch {
            // A key or a signature that cannot be read is not a valid one.
            return false
        }
    }

    private func check(_ signature: ByteBuffer, of text: [UInt8], algorithm: String) throws -> Bool {
        var (signature, key) = (signature, ByteBuffer(bytes: blob))
        guard try signature.takeText() == algorithm, try key.takeText() == Self.keyType(of: algorithm) else { return false }
        let value = try signature.takeString()
        switch algorithm {
        case "ssh-ed25519":
            return try Curve25519.Signing.PublicKey(rawRepresentation: key.takeBytes())
                .isValidSignature(Array(value.readableBytesView), for: text)
        case "rsa-sha2-256", "rsa-sha2-512":
            let (exponent, modulus) = (try key.takeBytes(), try key.takeBytes())
            let rsa = try _RSA.Signing.PublicKey(n: modulus, e: exponent)
            let signature = _RSA.Signing.RSASignature(rawRepresentation: Array(value.readableBytesView))
            return algorithm == "rsa-sha2-256"
                ? rsa.isValidSignature(signature, for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
                : rsa.isValidSignature(signature, for: SHA512.hash(data: text), padding: .insecurePKCS1v1_5)
        case "ecdsa-sha2-nistp256":
            let point = try Self.point(&key, curve: "nistp256")
            return try P256.Signing.PublicKey(x963Representation: point)
                .isValidSignature(.init(rawRepresentation: Self.pair(value, size: 32)), for: text)
        case "ecdsa-sha2-nistp384":
            let point = try Self.point(&key, curve: "nistp384")
            return try P384.Signing.PublicKey(x963Representation: point)
                .isValidSignature(.init(rawRepresentation: Self.pair(value, size: 48)), for: text)
        case "ecdsa-sha2-nistp521":
            let point = try Self.point(&key, curve: "nistp521")
            return try P521.Signing.PublicKey(x963Representation: point)
                .isValidSignature(.init(rawRepresentation: Self.pair(value, size: 66)), for: text)
        default: return false
        }
    }

    private static func point(_ key: inout ByteBuffer, curve: String) throws(SSHError) -> [UInt8] {
        guard try key.takeText() == curve else { throw .violation("a key is of another curve than its type") }
        return try key.takeBytes()
    }

    /// Two numbers, each filled up to its full size.
    private static func pair(_ value: ByteBuffer, size: Int) throws(SSHError) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        for _ in 0..<2 {
            let digits = try value.takeString().readableBytesView.drop { $0 == 0 }
            guard digits.count <= size else { throw .violation("a number of a signature is too long") }
            bytes += [UInt8](repeating: 0, count: size - digits.count) + digits
        }
        return bytes
    }
}
