internal import CCrypt
internal import CCrypto

/// Hashes of passwords by bcrypt.
package enum Bcrypt {
    package static let costDefault = 10
    /// One more doubles the time; at this cost a hash takes some ten seconds. Terraform would go on up to 31.
    static let costMax = 17

    /// The hash of a password with a fresh salt.
    package static func hash(_ password: String, cost: Int) throws(FunctionError) -> String {
        let failure = "error occured generating password"
        if password.utf8.count > 72 { throw FunctionError("\(failure) bcrypt: password length exceeds 72 bytes") }
        if cost > 31 { throw FunctionError("\(failure) crypto/bcrypt: cost \(cost) is outside allowed inclusive range 4..31") }
        if cost > costMax { throw FunctionError("\(failure) bcrypt: a cost of \(cost) takes too long here; at most \(costMax) is allowed") }
        if password.utf8.contains(0) { throw FunctionError("\(failure) bcrypt: the password contains a NUL character") }
        var salt = [UInt8](repeating: 0, count: 16)
        guard RAND_bytes(&salt, 16) == 1 else { throw FunctionError("\(failure) no random bytes") }
        let setting = "$2a$\(Timestamp.padded(cost < 4 ? costDefault : cost, 2))$\(encoded(salt))"
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer { data.deallocate() }
        data.initialize(to: crypt_data())
        guard let result = crypt_r(password, setting, data), result[0] != CChar(UInt8(ascii: "*")) else { throw FunctionError(failure) }
        return String(cString: result)
    }

    /// Sixteen bytes in the alphabet of bcrypt, which is not that of base 64.
    private static func encoded(_ bytes: [UInt8]) -> String {
        let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var result: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                result.append(alphabet[Int(buffer >> UInt32(bits) & 0x3f)])
            }
        }
        result.append(alphabet[Int(buffer << UInt32(6 - bits) & 0x3f)])
        return result.text
    }
}
