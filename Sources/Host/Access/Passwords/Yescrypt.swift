internal import CCrypt
internal import Glibc

/// Hashes of passwords by libcrypt's yescrypt, which needs memory as well as time (16 MiB at the default cost).
enum Yescrypt {
    static let method = "$y$"

    /// The hash of a password with a fresh salt; it holds salt and cost.
    static func hash(_ password: String, cost: UInt) throws(AccessError) -> String {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        // With no random bytes given, libcrypt asks the kernel for them.
        guard crypt_gensalt_rn(method, cost, nil, 0, &setting, Int32(setting.count)) != nil else {
            throw AccessError(.library, "libcrypt makes no salt for yescrypt: \(String(cString: strerror(errno)))")
        }
        return try hash(password, setting: String(decoding: setting.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Whether the hash is of this password. False also for a hash that libcrypt does not understand.
    static func verify(_ password: String, _ expected: String) throws(AccessError) -> Bool {
        guard expected.utf8.first == UInt8(ascii: "$") else { return false }
        let actual: String
        do throws(AccessError) {
            actual = try hash(password, setting: expected)
        } catch {
            if error.code == .invalid { return false }
            throw error
        }
        return ConstantTime.areEqual(actual.utf8, expected.utf8)
    }

    private static func hash(_ password: String, setting: String) throws(AccessError) -> String {
        guard !password.utf8.contains(0), password.utf8.count < Int(CRYPT_MAX_PASSPHRASE_SIZE) else {
            throw AccessError(.invalid, "a password has at most \(CRYPT_MAX_PASSPHRASE_SIZE - 1) bytes, and none of them is 0")
        }
        // 32 KiB: too much for the stack of an event loop's thread to be careless about.
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        data.initialize(to: crypt_data())
        defer {
            explicit_bzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        guard let result = crypt_rn(password, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
            throw AccessError(errno == ENOMEM ? .library : .invalid, "libcrypt: \(String(cString: strerror(errno)))")
        }
        return String(cString: result)
    }
}
