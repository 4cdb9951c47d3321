/// Checks that bytes are one JSON text as RFC 8259 has it, before json-c sees them.
///
/// json-c accepts more than the standard (comments, single quotes, NaN, control characters, lone surrogates, numbers that it
/// silently clamps, …), and which of these changes from release to release. One pass over the bytes, without recursion and
/// with one small allocation, decides; json-c then builds the value from text that is known to be good.
struct JSONScanner {
    /// What was learned on the way.
    struct Summary {
        /// Offset of the first byte that is no white space.
        var start = 0
        /// Offset behind the last byte that is no white space.
        var end = 0
        /// How deep arrays and objects nest.
        var depth = 0
        /// How many members all objects have together, duplicates included.
        var memberCount = 0
    }

    /// What may come next.
    private enum Expected {
        case value
        case valueOrEnd
        case name
        case nameOrEnd
        case separatorOrEnd
    }

    /// Called with the range of each name between its quotes, and with the start and end of objects.
    enum Event {
        case objectStart
        case objectEnd
        case name(Range<Int>)
    }

    private let bytes: UnsafeRawBufferPointer
    private let limits: JSONLimits
    private var offset = 0
    private var summary = Summary()

    init(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads everything.
    ///
    /// - Parameter visit: told about objects and names in their order; nil in the common case, which is faster.
    mutating func scan(visit: ((Event) throws(JSONError) -> Void)? = nil) throws(JSONError) -> Summary {
        guard bytes.count <= limits.maxSizeBytes else {
            throw JSONError(.tooLarge, "document has \(bytes.count) bytes, \(limits.maxSizeBytes) are allowed")
        }
        // True for an object, false for an array.
        var containers: [Bool] = []
        var expected = Expected.value
        skipWhitespace()
        summary.start = offset
        repeat {
            skipWhitespace()
            let start = offset
            let byte = try next()
            switch (expected, byte) {
            case (.value, UInt8(ascii: "{")), (.valueOrEnd, UInt8(ascii: "{")):
                try push(true, &containers, at: start)
                try visit?(.objectStart)
                expected = .nameOrEnd
            case (.value, UInt8(ascii: "[")), (.valueOrEnd, UInt8(ascii: "[")):
                try push(false, &containers, at: start)
                expected = .valueOrEnd
            case (.valueOrEnd, UInt8(ascii: "]")):
                containers.removeLast()
                expected = .separatorOrEnd
            case (.value, _), (.valueOrEnd, _):
                try scanScalar(byte, at: start)
                expected = .separatorOrEnd
            case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")):
                try scanString(isName: true)
                try visit?(.name(start + 1..<offset - 1))
                skipWhitespace()
                let separator = offset
                guard try next() == UInt8(ascii: ":") else { throw .at(separator, "unexpected character") }
                summary.memberCount += 1
                expected = .value
            case (.nameOrEnd, UInt8(ascii: "}")):
                containers.removeLast()
                try visit?(.objectEnd)
                expected = .separatorOrEnd
            case (.separatorOrEnd, UInt8(ascii: ",")):
                expected = containers[containers.count - 1] ? .name : .value
            case (.separatorOrEnd, UInt8(ascii: "}")) where containers[containers.count - 1]:
                containers.removeLast()
                try visit?(.objectEnd)
            case (.separatorOrEnd, UInt8(ascii: "]")) where !containers[containers.count - 1]:
                containers.removeLast()
            default:
                throw .at(start, "unexpected character")
            }
        } while !(containers.isEmpty && expected == .separatorOrEnd)
        summary.end = offset
        skipWhitespace()
        guard offset == bytes.count else { throw .at(offset, "unexpected character after the value") }
        return summary
    }

    private mutating func push(_ isObject: Bool, _ containers: inout [Bool], at start: Int) throws(JSONError) {
        containers.append(isObject)
        guard containers.count <= limits.maxDepth else {
            throw .at(start, .tooDeep, "document nests deeper than \(limits.maxDepth) levels")
        }
        summary.depth = max(summary.depth, containers.count)
    }

    private mutating func next() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw .at(offset, "unexpected end") }
        defer { offset += 1 }
        return bytes[offset]
    }

    private func peek() -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func scanScalar(_ first: UInt8, at start: Int) throws(JSONError) {
        switch first {
        case UInt8(ascii: "\""): try scanString(isName: false)
        case UInt8(ascii: "t"): try scanWord("rue")
        case UInt8(ascii: "f"): try scanWord("alse")
        case UInt8(ascii: "n"): try scanWord("ull")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber(first, at: start)
        default: throw .at(start, "unexpected character")
        }
    }

    private mutating func scanWord(_ rest: StaticString) throws(JSONError) {
        for index in 0..<rest.utf8CodeUnitCount {
            let position = offset
            guard try next() == rest.utf8Start[index] else { throw .at(position, "unexpected character") }
        }
    }
}

// MARK: - Numbers

extension JSONScanner {
    private mutating func scanNumber(_ first: UInt8, at start: Int) throws(JSONError) {
        var digit = first
        if first == UInt8(ascii: "-") {
            let position = offset
            digit = try next()
            guard isDigit(digit) else { throw .at(position, "unexpected character") }
        }
        let digitsStart = offset - 1
        if digit == UInt8(ascii: "0") {
            if let byte = peek(), isDigit(byte) { throw .at(offset, "number with a leading zero") }
        } else {
            skipDigits()
        }
        let digitsEnd = offset
        if peek() == UInt8(ascii: ".") {
            offset += 1
            try requireDigits()
        }
        let exponentStart = offset
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            offset += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { offset += 1 }
            try requireDigits()
        }
        if offset == digitsEnd {
            try checkInteger(digitsStart..<digitsEnd, isNegative: digitsStart > start, at: start)
        } else if digitsEnd - digitsStart + offset - exponentStart > 250 || offset - exponentStart > 3 {
            // Only such numbers can exceed a double; the others need not be read twice.
            guard let value = Double(text(start..<offset)), value.isFinite else {
                throw .at(start, .numberOutOfRange, "number does not fit a double")
            }
        }
    }

    private func checkInteger(_ digits: Range<Int>, isNegative: Bool, at start: Int) throws(JSONError) {
        guard digits.count > 18 else { return }
        let text = text(digits)
        let fits = isNegative ? Int64("-" + text) != nil : UInt64(text) != nil
        guard fits else { throw .at(start, .numberOutOfRange, "integer does not fit 64 bits") }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private mutating func requireDigits() throws(JSONError) {
        let position = offset
        guard isDigit(try next()) else { throw .at(position, "unexpected character") }
        skipDigits()
    }

    private mutating func skipDigits() {
        while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}

// MARK: - Strings

extension JSONScanner {
    /// Reads to behind the closing quote.
    private mutating func scanString(isName: Bool) throws(JSONError) {
        while true {
            let start = offset
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try scanEscape(isName: isName, at: start)
            case 0x20..<0x80: continue
            case 0..<0x20: throw .at(start, "control character in a string")
            default: try scanMultibyte(byte, at: start)
            }
        }
    }

    private mutating func scanEscape(isName: Bool, at start: Int) throws(JSONError) {
        let position = offset
        switch try next() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try scanHex()
            switch unit {
            case 0 where isName:
                // json-c keeps names as C strings and would cut this one.
                throw .at(start, "name with a NUL character")
            case 0xD800..<0xDC00:
                guard peek() == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u") else {
                    throw .at(start, .notUTF8, "lone surrogate")
                }
                offset += 2
                guard 0xDC00..<0xE000 ~= (try scanHex()) else { throw .at(start, .notUTF8, "lone surrogate") }
            case 0xDC00..<0xE000:
                throw .at(start, .notUTF8, "lone surrogate")
            default:
                return
            }
        default:
            throw .at(position, "unknown escape")
        }
    }

    private mutating func scanHex() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let position = offset
            let byte = try next()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .at(position, "unexpected character")
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
    private mutating func scanMultibyte(_ first: UInt8, at start: Int) throws(JSONError) {
        var second: ClosedRange<UInt8> = 0x80...0xBF
        let further: Int
        switch first {
        case 0xC2...0xDF: further = 0
        case 0xE0: (second, further) = (0xA0...0xBF, 1)
        case 0xED: (second, further) = (0x80...0x9F, 1)
        case 0xE1...0xEF: further = 1
        case 0xF0: (second, further) = (0x90...0xBF, 2)
        case 0xF1...0xF3: further = 2
        case 0xF4: (second, further) = (0x80...0x8F, 2)
        default: throw .at(start, .notUTF8, "text is not UTF-8")
        }
        guard second ~= (try next()) else { throw .at(start, .notUTF8, "text is not UTF-8") }
        for _ in 0..<further {
            guard 0x80...0xBF ~= (try next()) else { throw .at(start, .notUTF8, "text is not UTF-8") }
        }
    }
}
