/// An address of the Internet Protocol, of version 4 or 6.
struct NetworkAddress: Hashable {
    /// In the lowest bits.
    var bits: UInt128
    /// 32 or 128.
    var length: Int

    /// Reads `10.0.0.1`, where zeros may lead, or `2001:db8::1`.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        if let separator = bytes.first(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) {
            let parsed = separator == UInt8(ascii: ".") ? Self.version4(bytes[...]) : Self.version6(bytes)
            guard let parsed else { return nil }
            self = parsed
        } else {
            return nil
        }
    }

    init(bits: UInt128, length: Int) {
        self.bits = bits
        self.length = length
    }

    private static func version4(_ bytes: ArraySlice<UInt8>) -> NetworkAddress? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt128 = 0
        for part in parts {
            guard let number = Self.number(part, radix: 10), number <= 255 else { return nil }
            bits = bits << 8 | UInt128(number)
        }
        return NetworkAddress(bits: bits, length: 32)
    }

    private static func version6(_ bytes: [UInt8]) -> NetworkAddress? {
        var groups: [UInt16] = []
        var gap: Int?
        var rest = bytes[...]
        let colon = UInt8(ascii: ":")
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty, groups.count < 8 {
            let digits = rest.prefix { $0 != colon && $0 != UInt8(ascii: ".") }
            if digits.endIndex < rest.endIndex, rest[digits.endIndex] == UInt8(ascii: ".") {
                guard gap != nil || groups.count == 6, groups.count <= 6, let tail = version4(rest) else { return nil }
                groups += [UInt16(truncatingIfNeeded: tail.bits >> 16), UInt16(truncatingIfNeeded: tail.bits)]
                rest = []
                break
            }
            guard let number = number(digits, radix: 16), number <= 0xffff else { return nil }
            groups.append(UInt16(number))
            rest = rest.dropFirst(digits.count)
            if rest.isEmpty { break }
            // One colon separates, and something has to follow it; two leave zeros out, once.
            rest = rest.dropFirst()
            if rest.isEmpty { return nil }
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            }
        }
        guard rest.isEmpty else { return nil }
        if groups.count < 8 {
            guard let gap else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        } else if gap != nil {
            return nil
        }
        let bits = groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
        return NetworkAddress(bits: bits, length: 128)
    }

    private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> Int? {
        guard !digits.isEmpty, digits.count <= 8, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else { return nil }
        return Int(digits.text, radix: radix)
    }

    /// Whether it is `::ffff:a.b.c.d`.
    var isMapped: Bool { length == 128 && bits >> 32 == 0xffff }

    /// As RFC 5952 wants it.
    var text: String {
        if length == 32 || isMapped {
            return [24, 16, 8, 0].map { String(bits >> UInt128($0) & 0xff) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        // The longest run of two zeros or more is left out, the first of several.
        var longest = 0..<0
        var index = 0
        while index < 8 {
            let end = groups[index...].firstIndex { $0 != 0 } ?? 8
            if end - index > max(longest.count, 1) { longest = index..<end }
            index = max(end, index + 1)
        }
        let texts = groups.map { String($0, radix: 16) }
        if longest.isEmpty { return texts.joined(separator: ":") }
        return texts[..<longest.lowerBound].joined(separator: ":") + "::" + texts[longest.upperBound...].joined(separator: ":")
    }
}

/// A network: an address, of which only the first bits count.
struct NetworkPrefix: Hashable {
    var address: NetworkAddress
    var length: Int

    init(address: NetworkAddress, length: Int) {
        self.address = NetworkAddress(bits: address.bits & Self.mask(length, of: address.length), length: address.length)
        self.length = length
    }

    /// Reads `10.0.0.0/8`.
    init(_ text: String) throws(FunctionError) {
        let invalid = FunctionError("invalid CIDR expression: invalid CIDR address: \(text)")
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")), let address = NetworkAddress(String(text[..<slash])) else {
            throw invalid
        }
        let digits = text.utf8[text.utf8.index(after: slash)...]
        guard !digits.isEmpty, digits.count <= 8, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let length = Int(String(decoding: digits, as: UTF8.self)), length <= address.length
        else { throw invalid }
        self.init(address: address, length: length)
    }

    /// The mask of so many ones, in the lowest bits.
    static func mask(_ ones: Int, of length: Int) -> UInt128 {
        ones == 0 ? 0 : (UInt128.max >> UInt128(128 - ones)) << UInt128(length - ones)
    }

    var text: String { Self.text(address, length) }

    static func text(_ address: NetworkAddress, _ length: Int) -> String {
        "\(address.text)/\(address.isMapped && length >= 96 ? length - 96 : length)"
    }

    /// The last address in it.
    var last: UInt128 { address.bits | ~Self.mask(length, of: address.length) & Self.mask(address.length, of: address.length) }

    func contains(_ other: NetworkAddress) -> Bool {
        other.length == address.length && other.bits & Self.mask(length, of: address.length) == address.bits
    }
}
