internal import CCrypto

/// What a client shows at every request: `ID-SECRET`, ten and twenty-two letters and digits.
///
/// Only the SHA-256 of the secret is kept; the secret has 130 bits, so that needs no salt and no memory-hard hash.
package struct APIKeyToken: Sendable, Hashable {
    /// Names the row; no secret.
    package let id: String
    private let secret: String

    package static let idLength = 10
    package static let secretLength = 22

    /// A new one.
    package init() {
        id = Self.random(Self.idLength)
        secret = Self.random(Self.secretLength)
    }

    /// Reads a token; nil if it is of any other form, and then it belongs to nobody.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.idLength + 1 + Self.secretLength, bytes[Self.idLength] == UInt8(ascii: "-") else { return nil }
        let (id, secret) = (bytes.prefix(Self.idLength), bytes.suffix(Self.secretLength))
        guard (id + secret).allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.id = String(decoding: id, as: UTF8.self)
        self.secret = String(decoding: secret, as: UTF8.self)
    }

    /// The whole token: this is the secret that the user gets once.
    package var text: String { "\(id)-\(secret)" }

    /// What is kept of the secret.
    package var secretHash: [UInt8] { Self.sha256(Array(secret.utf8)) }

    /// Whether the kept hash is of this token's secret.
    package func matches(_ hash: some Collection<UInt8>) -> Bool {
        ConstantTime.areEqual(secretHash, hash)
    }

    /// The SHA-256 of bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        // It fails for want of memory alone; a hash of nothing must not pass for one.
        precondition(done == 1, "libcrypto computes no SHA-256")
        return digest
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    private static func random(_ length: Int) -> String {
        // The system's generator is cryptographic: getrandom(2).
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension APIKeyToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The identifier alone, so that no log gets the secret.
    package var description: String { "\(id)-***" }
    /// The identifier alone.
    package var debugDescription: String { description }
    /// Nothing inside is shown.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
