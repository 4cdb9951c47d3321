internal import CMPFR

/// Numbers as Go's verbs show them.
enum NumberFormat {
    /// An integer for `%d`, `%b`, `%o`, `%x` or `%X`; nil if the number is none.
    static func integer(_ number: Number, _ verb: FormatVerb) -> String? {
        guard number.isInteger else { return nil }
        var prefix = ""
        let base: Int
        switch verb.mode {
        case "b": (base, prefix) = (2, "0b")
        case "o": (base, prefix) = (8, "0")
        case "x": (base, prefix) = (16, "0x")
        case "X": (base, prefix) = (16, "0X")
        default: base = 10
        }
        var digits = self.digits(number, base: base)
        if verb.mode == "X" { digits = digits.uppercased() }
        if let precision = verb.precision {
            if precision == 0, number.isZero { return "" }
            digits = String(repeating: "0", count: max(0, precision - digits.utf8.count)) + digits
        }
        let sign = number.sign < 0 ? "-" : verb.isPlus ? "+" : verb.isSpace ? " " : ""
        return padded(sign + (verb.isSharp ? prefix : ""), digits, verb, allowsZeros: verb.precision == nil)
    }

    private static func digits(_ number: Number, base: Int) -> String {
        if let integer = number.int64 { return String(integer.magnitude, radix: base) }
        let whole = number.big
        var integer = mpz_t()
        __gmpz_init(&integer)
        defer { __gmpz_clear(&integer) }
        mpfr_get_z(&integer, whole.pointer, MPFR_RNDZ)
        guard let characters = __gmpz_get_str(nil, Int32(base), &integer) else { return "0" }
        defer { mpfr_free_str(characters) }
        let text = String(cString: characters)
        return text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// A number for `%e`, `%E`, `%f`, `%g` or `%G`.
    static func float(_ number: Number, _ verb: FormatVerb) -> String {
        if number.isInfinite {
            let sign = number.isNegative ? "-" : verb.isSpace ? " " : "+"
            return padded(sign, "Inf", verb, allowsZeros: false)
        }
        let digits: String
        switch verb.mode {
        case "e", "E": digits = exponential(number, precision: verb.precision ?? 6, symbol: verb.mode)
        case "f": digits = fixed(number, precision: verb.precision ?? 6)
        default: digits = general(number, precision: verb.precision, symbol: verb.mode == "G" ? "E" : "e")
        }
        let sign = number.isNegative ? "-" : verb.isPlus ? "+" : verb.isSpace ? " " : ""
        return padded(sign, digits, verb, allowsZeros: true)
    }

    /// The shortest text, with an exponent if that is small or from six digits on: what `%v` shows.
    static func shortest(_ number: Number) -> String {
        if number.isInfinite { return number.text }
        return (number.isNegative ? "-" : "") + general(number, precision: nil, symbol: "e")
    }

    private static func padded(_ sign: String, _ digits: String, _ verb: FormatVerb, allowsZeros: Bool) -> String {
        let missing = (verb.width ?? 0) - sign.utf8.count - digits.utf8.count
        if missing <= 0 { return sign + digits }
        if verb.isMinus { return sign + digits + String(repeating: " ", count: missing) }
        if verb.isZero, allowsZeros { return sign + String(repeating: "0", count: missing) + digits }
        return String(repeating: " ", count: missing) + sign + digits
    }

    /// Digits d₁d₂… of 0.d₁d₂… × 10^exponent: so many, correctly rounded, or the fewest that tell the number from others.
    private static func decimal(_ number: Number, count: Int?) -> (digits: [UInt8], exponent: Int) {
        if number.isZero { return ([], 0) }
        let (text, exponent) = count.map { number.big.digits($0) } ?? shortestDigits(number)
        var digits = Array(text.utf8)
        while digits.last == 0x30 { digits.removeLast() }
        return (digits, exponent)
    }

    private static func shortestDigits(_ number: Number) -> (digits: String, exponent: Int) {
        if let integer = number.int64 {
            let text = String(integer.magnitude)
            return (text, text.utf8.count)
        }
        return number.big.shortestDigits
    }

    private static func exponential(_ number: Number, precision: Int, symbol: Unicode.Scalar) -> String {
        exponential(decimal(number, count: precision + 1), precision: precision, symbol: symbol)
    }

    private static func exponential(_ decimal: (digits: [UInt8], exponent: Int), precision: Int, symbol: Unicode.Scalar) -> String {
        var digits = decimal.digits
        digits += [UInt8](repeating: 0x30, count: max(0, precision + 1 - digits.count))
        let exponent = decimal.digits.isEmpty ? 0 : decimal.exponent - 1
        let fraction = precision > 0 ? "." + digits[1...precision].text : ""
        return digits[..<1].text + fraction + "\(symbol)" + (exponent < 0 ? "-" : "+") + Timestamp.padded(exponent.magnitude, 2)
    }

    private static func fixed(_ number: Number, precision: Int) -> String {
        let exponent = decimal(number, count: 2).exponent
        let count = exponent + precision
        if number.isZero || count < 0 { return fixed(([], 0), precision: precision) }
        if count == 0 {
            // Nothing of it is shown but whether it rounds up; a half, to even, does not.
            let isMore = number.big.digits(1000).digits.utf8.lexicographicallyPrecedes("5".utf8) == false
            let isHalf = decimal(number, count: 1000).digits == [0x35]
            return fixed(isMore && !isHalf ? ([0x31], exponent + 1) : ([], 0), precision: precision)
        }
        return fixed(decimal(number, count: count), precision: precision)
    }

    private static func fixed(_ decimal: (digits: [UInt8], exponent: Int), precision: Int) -> String {
        func digit(_ index: Int) -> UInt8 { decimal.digits.indices.contains(index) ? decimal.digits[index] : 0x30 }
        let whole = decimal.exponent > 0 ? (0..<decimal.exponent).map(digit) : [0x30]
        let fraction = (0..<precision).map { digit(decimal.exponent + $0) }
        return whole.text + (precision > 0 ? "." + fraction.text : "")
    }

    private static func general(_ number: Number, precision: Int?, symbol: Unicode.Scalar) -> String {
        let count = precision.map { max($0, 1) }
        let decimal = decimal(number, count: count)
        var limit = count ?? 6
        if count != nil, limit > decimal.digits.count, decimal.digits.count >= decimal.exponent { limit = decimal.digits.count }
        let exponent = decimal.exponent - 1
        if exponent < -4 || exponent >= limit {
            return exponential(decimal, precision: max(decimal.digits.count - 1, 0), symbol: symbol)
        }
        return fixed(decimal, precision: max(decimal.digits.count - decimal.exponent, 0))
    }
}
