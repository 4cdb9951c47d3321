import Glibc

/// An identifier of 128 bits, as RFC 9562 writes it.
package struct UUID: Sendable, Hashable, Comparable, LosslessStringConvertible, Codable {
    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// All bits zero.
    package static let zero = UUID(high: 0, low: 0)

    /// A random one (version 4).
    package static func random() -> UUID {
        var source = SystemRandomNumberGenerator()
        return UUID(high: source.next() & ~0xF000 | 0x4000, low: source.next() & ~(0b11 << 62) | 0b10 << 62)
    }

    /// One that begins with the time (version 7), so that rows made one after another lie beside each other in an index.
    package static func ordered(at time: Timestamp = .now()) -> UUID {
        var source = SystemRandomNumberGenerator()
        let microseconds = UInt64(clamping: time.microseconds)
        // What is below a millisecond takes the place of twelve random bits.
        let high = (microseconds / 1000) << 16 | 0x7000 | (microseconds % 1000) * 4096 / 1000
        return UUID(high: high, low: source.next() & ~(0b11 << 62) | 0b10 << 62)
    }

    /// Sixteen bytes; nil if there are more or fewer.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let words = bytes.reduce(into: (UInt64(0), UInt64(0))) { words, byte in
            words = (words.0 << 8 | words.1 >> 56, words.1 << 8 | UInt64(byte))
        }
        self.init(high: words.0, low: words.1)
    }

    /// The sixteen bytes.
    package var bytes: [UInt8] {
        [high, low].flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) } }
    }

    /// From 36 characters, hexadecimal in either case with hyphens where they belong; nil if it is anything else.
    package init?(_ description: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var index = 0
        for character in description.utf8 {
            defer { index += 1 }
            if [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
            default: return nil
            }
            guard index < 36 else { return nil }
            words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | UInt64(digit))
        }
        guard index == 36 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for nibble in 0..<32 {
                if [8, 12, 16, 20].contains(nibble) {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
                let word = nibble < 16 ? high : low
                buffer[index] = digits[Int(word >> UInt64(60 - nibble % 16 * 4) & 15)]
                index += 1
            }
            return 36
        }
    }

    package static func < (left: UUID, right: UUID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = UUID(text) else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID") }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
