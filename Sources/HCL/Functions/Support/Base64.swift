/// Base 64 with the standard alphabet and padding, as RFC 4648 has it.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var result = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { result[Int(character)] = UInt8(value) }
        return result
    }()

    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
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
        if bits > 0 { result.append(alphabet[Int(buffer << UInt32(6 - bits) & 0x3f)]) }
        while result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return result.text
    }

    /// A byte that is none of base 64, or one that is missing, by its offset.
    package struct Corruption: Error {
        package var offset: Int

        package init(offset: Int) { self.offset = offset }
    }

    /// Decodes a text; ends of lines in it are skipped.
    package static func decode(_ text: String) throws(Corruption) -> [UInt8] {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / 4 * 3)
        var index = 0
        func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }
        func skipLineEnds() { while index < bytes.count, isLineEnd(bytes[index]) { index += 1 } }
        while true {
            var group: [UInt8] = []
            while group.count < 4 {
                skipLineEnds()
                guard index < bytes.count else {
                    if group.isEmpty { return result }
                    throw Corruption(offset: index - group.count)
                }
                let byte = bytes[index]
                index += 1
                if values[Int(byte)] != 0xff {
                    group.append(values[Int(byte)])
                    continue
                }
                guard byte == UInt8(ascii: "="), group.count >= 2 else { throw Corruption(offset: index - 1) }
                if group.count == 2 {
                    skipLineEnds()
                    guard index < bytes.count else { throw Corruption(offset: bytes.count) }
                    guard bytes[index] == UInt8(ascii: "=") else { throw Corruption(offset: index) }
                    index += 1
                }
                skipLineEnds()
                guard index == bytes.count else { throw Corruption(offset: index) }
                let count = group.count - 1
                group += [UInt8](repeating: 0, count: 4 - group.count)
                append(group, count: count, to: &result)
                return result
            }
            append(group, count: 3, to: &result)
        }
    }

    private static func append(_ group: [UInt8], count: Int, to result: inout [UInt8]) {
        let bits = group.reduce(UInt32(0)) { $0 << 6 | UInt32($1) }
        for shift in [16, 8, 0].prefix(count) { result.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
    }
}
