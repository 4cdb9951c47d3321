/// A length of time as Go writes it: `1h30m`, `-1.5s`.
package enum GoDuration {
    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1000, "\u{b5}s": 1000, "\u{3bc}s": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    ]

    /// How many nanoseconds a text says.
    package static func nanoseconds(_ text: String) throws(FunctionError) -> Int64 {
        let invalid = FunctionError("time: invalid duration \(GoText.quotedBytes(text))")
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.elementsEqual("0".utf8) { return 0 }
        if rest.isEmpty { throw invalid }
        let limit: UInt64 = 1 << 63
        var total: UInt64 = 0
        while !rest.isEmpty {
            let whole = rest.prefix(while: isDigit)
            rest = rest.dropFirst(whole.count)
            var value: UInt64 = 0
            for digit in whole {
                guard value <= limit / 10 else { throw invalid }
                value = value * 10 + UInt64(digit - 0x30)
                guard value <= limit else { throw invalid }
            }
            var fraction: UInt64 = 0
            var scale = 1.0
            var digits = whole.count
            if rest.first == UInt8(ascii: ".") {
                let part = rest.dropFirst().prefix(while: isDigit)
                rest = rest.dropFirst(part.count + 1)
                digits += part.count
                for digit in part where fraction <= (limit - 1) / 10 - 1 {
                    fraction = fraction * 10 + UInt64(digit - 0x30)
                    scale *= 10
                }
            }
            if digits == 0 { throw invalid }
            let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
            if name.isEmpty { throw FunctionError("time: missing unit in duration \(GoText.quotedBytes(text))") }
            rest = rest.dropFirst(name.count)
            guard let unit = units[name.text] else {
                throw FunctionError("time: unknown unit \(GoText.quotedBytes(name.text)) in duration \(GoText.quotedBytes(text))")
            }
            guard value <= limit / unit else { throw invalid }
            value *= unit
            if fraction > 0 { value += UInt64(Double(fraction) * (Double(unit) / scale)) }
            guard value <= limit, total <= limit - value else { throw invalid }
            total += value
        }
        if isNegative { return total == limit ? .min : -Int64(total) }
        guard total < limit else { throw invalid }
        return Int64(total)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
