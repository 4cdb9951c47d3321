/// What a scalar of YAML means: mostly by the rules of version 1.1.
enum YAMLScalar {
    struct Fault: Error {
        var message: String
    }

    private static let prefix = "tag:yaml.org,2002:"
    private static let tags: Set<String> = ["str", "bool", "int", "float", "null", "timestamp", "binary"]

    private static let booleans: [String: Bool] = {
        let truths = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]
        let lies = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]
        return Dictionary(uniqueKeysWithValues: truths.map { ($0, true) } + lies.map { ($0, false) })
    }()
    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
    private static let infinities: [String: Number] = {
        var result: [String: Number] = [:]
        for name in [".inf", ".Inf", ".INF"] {
            result[name] = .positiveInfinity
            result["+" + name] = .positiveInfinity
            result["-" + name] = .negativeInfinity
        }
        return result
    }()

    static func value(_ text: String, tag: String, isQuoted: Bool) throws(Fault) -> Value {
        let short = tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag
        guard tag.isEmpty || (tag.hasPrefix(prefix) && tags.contains(short)) else {
            throw Fault(message: "unsupported tag \(tag.goQuoted)")
        }
        var kind = short
        if kind != "str", kind != "binary", mayBeSpecial(text) {
            if isQuoted { return .string(text) }
            if let bool = booleans[text] { return .bool(bool) }
            if nulls.contains(text) { return .null() }
            if let number = infinities[text] { return .number(number) }
            if kind.isEmpty, [".nan", ".NaN", ".NAN"].contains(text) {
                throw Fault(message: "floating point NaN is not supported")
            }
            if text.utf8.first == UInt8(ascii: ".") {
                if let number = Number(parsing: text) { return .number(number) }
            } else {
                if kind.isEmpty || kind == "timestamp", let moment = YAMLTimestamp.parse(text) { return .string(moment.text) }
                // Whatever the tag says, what looks like a number is one.
                if isInteger(text) || isFloat(text) { kind = "float" }
            }
        }
        switch kind {
        case "", "str": return .string(text)
        case "binary":
            guard (try? Base64.decode(text)) != nil else {
                // Where it is corrupt is not said.
                throw Fault(message: "cannot parse \(text.goQuoted) as \(tag): not valid base64")
            }
            return .string(text)
        case "int", "float":
            guard let number = number(text) else { throw Fault(message: "cannot parse \(text.goQuoted) as \(tag)") }
            return .number(number)
        case "null": return .null()
        case "timestamp":
            guard let moment = YAMLTimestamp.parse(text) else { throw Fault(message: "cannot parse \(text.goQuoted) as \(tag)") }
            return .string(moment.text)
        default:
            guard let bool = booleans[text] else { throw Fault(message: "cannot parse \(text.goQuoted) as \(tag)") }
            return .bool(bool)
        }
    }

    /// Whether the first character is one with which something other than a string may begin.
    private static func mayBeSpecial(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return true }
        return "+-0123456789yYnNtTfFoO~.".unicodeScalars.contains(first)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isInteger(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        if text.hasPrefix("0o") { return bytes.count > 2 && bytes.dropFirst(2).allSatisfy { $0 >= 0x30 && $0 <= 0x37 } }
        if text.hasPrefix("0x") { return hexadecimal(bytes) }
        let digits = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes[1...] : bytes[...]
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes.dropFirst(2).allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func skipSign() { if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() } }
        func skipDigits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        skipSign()
        let whole = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if skipDigits() == 0, whole == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            skipSign()
            if skipDigits() == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func number(_ text: String) -> Number? {
        let plain = text.filter { $0 != "_" }
        if let number = Number(parsing: plain) { return number }
        let isNegative = plain.hasPrefix("-")
        let digits = isNegative || plain.hasPrefix("+") ? plain.dropFirst() : plain[...]
        for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] where digits.hasPrefix(prefix) {
            guard let magnitude = UInt64(digits.dropFirst(2), radix: radix) else { return nil }
            return Number(parsing: (isNegative ? "-" : "") + String(magnitude))
        }
        return nil
    }
}

/// Dates and times as YAML writes them, with one digit where two are not needed.
private enum YAMLTimestamp {
    static func parse(_ text: String) -> Timestamp? {
        var rest = Array(text.utf8)[...]
        func number(_ counts: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix(counts.upperBound).prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.count >= counts.lowerBound else { return nil }
            rest = rest.dropFirst(digits.count)
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4...4), skip("-"), let month = number(1...2), skip("-"), let day = number(1...2),
            (1...12).contains(month), day >= 1, day <= Timestamp.daysInMonth(month, year: Int64(year))
        else { return nil }
        if rest.isEmpty {
            return Timestamp(
                year: Int64(year), month: month, day: day, hour: 0, minute: 0, second: 0, nanoseconds: 0, offsetSeconds: 0)
        }
        let hasZone = skip("T") || skip("t")
        guard hasZone || skip(" "), let hour = number(1...2), skip(":"), let minute = number(1...2), skip(":"),
            let second = number(1...2), hour < 24, minute < 60, second < 60
        else { return nil }
        if skip(".") || skip(",") {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
        }
        var offset = 0
        if hasZone, !skip("Z") {
            let isNegative = rest.first == UInt8(ascii: "-")
            guard skip("+") || skip("-"), let hours = number(2...2), skip(":"), let minutes = number(2...2) else { return nil }
            guard hours <= 24, minutes <= 60 else { return nil }
            offset = (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
        guard rest.isEmpty else { return nil }
        return Timestamp(
            year: Int64(year), month: month, day: day, hour: hour, minute: minute, second: second, nanoseconds: 0,
            offsetSeconds: Int64(offset))
    }
}
