/// Universally unique identifiers of random bits (version 4).
enum CoderUUID {
    /// A new one; the system's generator reads `getrandom`.
    @Sendable static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = digits(high) + digits(low)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// Whether a text has the form of one, in hexadecimal digits and with four hyphens.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : Unicode.Scalar(byte).properties.isASCIIHexDigit
        }
    }

    /// What stands for "none".
    static let zero = "00000000-0000-0000-0000-000000000000"

    private static func digits(_ number: UInt64) -> [UInt8] {
        let text = Array(String(number, radix: 16).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: 16 - text.count) + text
    }
}
