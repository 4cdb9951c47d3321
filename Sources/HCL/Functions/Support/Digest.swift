internal import CCrypto

/// A cryptographic hash, computed by libcrypto.
package enum Digest: Sendable {
    case md5, sha1, sha256, sha512

    package func hash(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = EVP_Digest(bytes, bytes.count, &result, &length, algorithm, nil)
        precondition(status == 1, "libcrypto offers MD5, SHA-1 and SHA-2")
        return Array(result.prefix(Int(length)))
    }

    private var algorithm: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }
}

/// How bytes become text.
package enum BytesText: Sendable {
    case hexadecimal, base64

    package func text(_ bytes: [UInt8]) -> String {
        switch self {
        case .base64: return Base64.encode(bytes)
        case .hexadecimal:
            let digits = Array("0123456789abcdef".utf8)
            return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }.text
        }
    }
}
