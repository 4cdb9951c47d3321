extension Scanner {
    /// The end of the digits, points and exponents that start at `start`; a point is never the last.
    ///
    /// More than a number may be: `1..2` is one token, and the parser refuses it.
    func numberEnd(_ start: Int) -> Int {
        var index = start + 1
        var end = index
        while let next = byte(index) {
            if Self.isDigit(next) {
                index += 1
                end = index
            } else if next == UInt8(ascii: ".") {
                index += 1
            } else if next | 0x20 == UInt8(ascii: "e") {
                var digit = index + 1
                if let sign = byte(digit), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { digit += 1 }
                guard let first = byte(digit), Self.isDigit(first) else { break }
                index = digit + 1
                end = index
            } else {
                break
            }
        }
        return end
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// After the next line feed, or the end.
    func lineEnd(_ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            index += 1
            if bytes[index - 1] == 0x0A { break }
        }
        return index
    }

    mutating func blockCommentEnd(_ start: Int) -> Int? {
        // Searched for once: a text of nothing but beginnings would take its square.
        if lacksCommentEnd { return nil }
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
            index += 1
        }
        lacksCommentEnd = true
        return nil
    }

    /// The end of the name that starts at `start`, if one does.
    func identifierEnd(_ start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let first = bytes[index]
            if first < 0x80 {
                let isLetter = (first | 0x20) >= UInt8(ascii: "a") && (first | 0x20) <= UInt8(ascii: "z")
                guard isLetter || first == UInt8(ascii: "_") || index > start && (Self.isDigit(first) || first == UInt8(ascii: "-")) else {
                    break
                }
                index += 1
            } else {
                guard let (scalar, length) = decode(index),
                    index > start ? scalar.properties.isIDContinue : scalar.properties.isIDStart
                else { break }
                index += length
            }
        }
        return index > start ? index : nil
    }

    /// The properly encoded character at `index`.
    private func decode(_ index: Int) -> (Unicode.Scalar, length: Int)? {
        guard let length = characterLength(index) else { return nil }
        var value = UInt32(bytes[index]) & (length == 1 ? 0x7F : 0x7F >> UInt32(length))
        for next in 1..<max(length, 1) { value = value << 6 | UInt32(bytes[index + next] & 0x3F) }
        let shortest: [UInt32] = [0, 0, 0x80, 0x800, 0x10000]
        guard value >= shortest[length], let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }

    /// How many bytes the character at `index` has, or nil if none starts there.
    ///
    /// Looks only at the pattern of leading and following bytes, as HCL's scanner does.
    func characterLength(_ index: Int) -> Int? {
        let length: Int
        switch bytes[index] {
        case 0x00...0x7F: return 1
        case 0xC0...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF7: length = 4
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for next in (index + 1)..<(index + length) where bytes[next] & 0xC0 != 0x80 { return nil }
        return length
    }
}
