import CCrypto

/// A hash function that archives are checked with.
package enum Checksum: String, Sendable, CaseIterable {
    case md5, sha1, sha256, sha512

    private var algorithm: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }

    /// How many hexadecimal digits a hash has.
    var digitCount: Int {
        switch self {
        case .md5: 32
        case .sha1: 40
        case .sha256: 64
        case .sha512: 128
        }
    }

    func hexadecimal(_ bytes: [UInt8]) -> String {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = EVP_Digest(bytes, bytes.count, &result, &length, algorithm, nil)
        precondition(status == 1, "libcrypto offers MD5, SHA-1 and SHA-2")
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: result.prefix(Int(length)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
