internal import CMPFR

extension Number: CustomStringConvertible {
    /// Reads a decimal with an optional sign, fraction and exponent (`e`; or `p`, of two), or `Inf`; nil for any other text.
    package init?(parsing text: String) {
        guard let decimal = DecimalText(text) else { return nil }
        self = decimal.number
    }

    /// The shortest decimal without an exponent that denotes this number: what a conversion to string gives.
    package var text: String {
        switch self {
        case .integer(let integer): String(integer)
        case .big(let number): number.text
        }
    }

    package var description: String { text }

    /// What `jsonencode` prints; nil for infinity, which JSON does not have.
    package var jsonText: String? { isInfinite ? nil : text }
}

extension BigNumber {
    /// The digits without leading zeros, and where the point is: 0.d₁d₂… × 10^exponent.
    ///
    /// - Parameter count: how many digits, correctly rounded; zero for as many as exactness takes.
    func digits(_ count: Int) -> (digits: String, exponent: Int) {
        var exponent = mpfr_exp_t()
        guard let characters = mpfr_get_str(nil, &exponent, 10, count, pointer, MPFR_RNDN) else { return ("0", 0) }
        defer { mpfr_free_str(characters) }
        let text = String(cString: characters)
        return (text.hasPrefix("-") ? String(text.dropFirst()) : text, Int(exponent))
    }

    /// The fewest digits that give this number back when they are read with its precision.
    var shortestDigits: (digits: String, exponent: Int) {
        // More digits never are further away, so the first count that suffices can be searched for by halving.
        var low = 1
        var high = precision * 30103 / 100000 + 3
        while low < high {
            let middle = (low + high) / 2
            if isNear(digits(middle)) { high = middle } else { low = middle + 1 }
        }
        return digits(low)
    }

    /// Whether the decimal is no further away than half of the last bit.
    ///
    /// Go, which Terraform prints with, takes the same distance on both sides, also below a power of two where numbers lie closer:
    /// so 2^64 from a `Double` is 18446744073709550000.
    private func isNear(_ decimal: (digits: String, exponent: Int)) -> Bool {
        let text = (isNegative ? "-0." : "0.") + decimal.digits + "e\(decimal.exponent)"
        let exponent = exponent - precision
        let distance = BigNumber(precision: 2 * precision + 64) { target in
            _ = mpfr_strtofr(target, text, nil, 10, MPFR_RNDN)
            _ = mpfr_sub(target, target, pointer, MPFR_RNDN)
            _ = mpfr_abs(target, target, MPFR_RNDN)
        }
        let order = mpfr_cmp_ui_2exp(distance.pointer, 1, mpfr_exp_t(exponent - 1))
        // At the same distance from two numbers a decimal is read as the one whose last bit is zero.
        return order < 0 || order == 0 && mpfr_min_prec(pointer) < precision
    }

    /// Without an exponent.
    var text: String {
        let sign = isNegative ? "-" : ""
        if isInfinite { return sign.isEmpty ? "+Inf" : "-Inf" }
        if isZero { return sign + "0" }
        var (digits, exponent) = shortestDigits
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        let count = digits.utf8.count
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + digits }
        if exponent >= count { return sign + digits + String(repeating: "0", count: exponent - count) }
        return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
    }
}
