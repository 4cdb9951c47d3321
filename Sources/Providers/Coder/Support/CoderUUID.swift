import HCL

/// Universally unique identifiers of random bits (version 4).
enum CoderUUID {
    /// A new one; the system's generator reads `getrandom`.
    @Sendable static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return formatted(digits(high) + digits(low))
    }

    private static func formatted(_ digits: [UInt8]) -> String {
        [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// The one of a text, always the same (version 8, of a hash).
    static func derived(from text: String) -> String {
        var digits = Array(BytesText.hexadecimal.text(Array(Digest.sha256.hash(Array(text.utf8)).prefix(16))).utf8)
        digits[12] = UInt8(ascii: "8")
        digits[16] = UInt8(ascii: "8")
        return formatted(digits)
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
