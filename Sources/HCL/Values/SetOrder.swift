/// The order of a set's elements: false before true, numbers by size, strings by bytes, others by a text that cty computes.
enum SetOrder {
    /// The elements in order; of equal ones the first stays. Unknown elements equal nothing.
    static func canonical(_ elements: [Value]) -> [Value] {
        var kept: [(value: Value, key: [UInt8])] = []
        var byKey: [[UInt8]: [Int]] = [:]
        for element in elements {
            let key = self.key(element)
            let isDuplicate = (byKey[key] ?? []).contains { element.equals(kept[$0].value).boolValue == true }
            if isDuplicate { continue }
            byKey[key, default: []].append(kept.count)
            kept.append((element, key))
        }
        kept.sort(by: precedes)
        return kept.map(\.value)
    }

    private static func precedes(_ left: (value: Value, key: [UInt8]), _ right: (value: Value, key: [UInt8])) -> Bool {
        let ranks = (rank(left.value), rank(right.value))
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        switch (left.value.content, right.value.content) {
        case (.bool(let a), .bool(let b)): return !a && b
        case (.number(let a), .number(let b)): return a < b
        case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
        default: return left.key.lexicographicallyPrecedes(right.key)
        }
    }

    /// Known values come first, then unknown ones, then null.
    private static func rank(_ value: Value) -> Int { value.isNull ? 2 : value.isKnown ? 0 : 1 }

    private static func key(_ value: Value) -> [UInt8] {
        var key: [UInt8] = []
        append(value, to: &key)
        return key
    }

    private static func append(_ value: Value, to key: inout [UInt8]) {
        func character(_ scalar: Unicode.Scalar) { key.append(UInt8(ascii: scalar)) }
        switch value.content {
        case .unknown: character("?")
        case .null: character("~")
        case .bool(let bool): character(bool ? "T" : "F")
        case .number(let number): key.append(contentsOf: number.roughText.utf8)
        case .string(let string): key.append(contentsOf: string.goQuoted.utf8)
        case .elements(let elements):
            let isTuple = value.type.isTuple
            character(isTuple ? "<" : "[")
            for element in elements {
                append(element, to: &key)
                character(";")
            }
            character(isTuple ? ">" : "]")
        case .members:
            let isMap = value.type.isMap
            character(isMap ? "{" : "<")
            for (name, member) in value.sortedMembers {
                if isMap {
                    key.append(contentsOf: name.goQuoted.utf8)
                    character(":")
                }
                append(member, to: &key)
                character(";")
            }
            character(isMap ? "}" : ">")
        }
    }
}

extension Number {
    /// With ten digits at most, as Go's `%.10g`: large and small ones with an exponent.
    var roughText: String {
        if isInfinite || isZero { return text }
        var (digits, exponent) = big.digits(10)
        // As digits of a fraction: d.ddd × 10^(exponent - 1).
        while digits.utf8.last == UInt8(ascii: "0"), digits.utf8.count > 1 { digits.removeLast() }
        let sign = isNegative ? "-" : ""
        exponent -= 1
        if exponent < -4 || exponent >= 10 {
            let power = (exponent < 0 ? "-" : "+") + (Swift.abs(exponent) < 10 ? "0" : "") + String(Swift.abs(exponent))
            return sign + digits.prefix(1) + (digits.utf8.count > 1 ? "." + digits.dropFirst() : "") + "e" + power
        }
        let count = digits.utf8.count
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        if exponent + 1 >= count { return sign + digits + String(repeating: "0", count: exponent + 1 - count) }
        return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    }
}
