internal import CMPFR

/// The text of a number, taken apart: what a number literal and a conversion from string accept.
struct DecimalText {
    let number: Number

    /// Beyond this many digits before or after the point a number only serves to exhaust the memory when it is printed.
    private static let exponentMax = 1_000_000

    init?(_ text: String) {
        var rest = Substring(text).utf8
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.elementsEqual("Inf".utf8) || rest.elementsEqual("inf".utf8) {
            number = isNegative ? .negativeInfinity : .positiveInfinity
            return
        }
        let whole = DecimalText.takeDigits(&rest)
        var fraction = ""
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = DecimalText.takeDigits(&rest)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        var exponent = 0
        var isBinary = false
        if let letter = rest.first, "eEpP".utf8.contains(letter) {
            isBinary = letter == UInt8(ascii: "p") || letter == UInt8(ascii: "P")
            rest.removeFirst()
            guard let value = DecimalText.takeExponent(&rest) else { return nil }
            exponent = value
        }
        guard rest.isEmpty else { return nil }
        if fraction.isEmpty, exponent == 0, let integer = Int64(whole), !(isNegative && integer == 0) {
            number = .integer(isNegative ? -integer : integer)
            return
        }
        let digits = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + "." + fraction + (isBinary ? "" : "e\(exponent)")
        number = Number(
            BigNumber { target in
                _ = mpfr_strtofr(target, digits, nil, 10, MPFR_RNDN)
                if isBinary { _ = mpfr_mul_2si(target, target, exponent, MPFR_RNDN) }
            })
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> String {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return String(Substring(digits))
    }

    private static func takeExponent(_ rest: inout Substring.UTF8View) -> Int? {
        var sign = 1
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            rest.removeFirst()
        }
        let digits = takeDigits(&rest)
        guard !digits.isEmpty, let value = Int(digits), value <= exponentMax else { return nil }
        return sign * value
    }
}
