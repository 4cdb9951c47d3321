/// Identifiers of random bits, all of them, in the form of a UUID.
enum RandomUUID {
    static func make(using generator: inout some RandomNumberGenerator) -> String {
        text((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return make(using: &generator)
    }

    /// Sixteen bytes as `8-4-4-4-12` hexadecimal digits.
    static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
