internal import CMPFR
internal import Glibc

/// Functions of numbers.
enum NumericFunctions {
    static let all: [Function] = [abs, ceil, floor, log, max, min, parseint, pow, signum]

    private static let abs = Function(
        "abs", [Function.Parameter("num", .number, allowsDynamic: true, allowsMarked: true)], returns: .number
    ) { (arguments, _, _) throws(FunctionError) in
        Value.number(arguments[0].number.abs).marked(with: arguments[0].marks)
    }

    private static let ceil = Function("ceil", [.number("num")], returns: .number) { (arguments, _, _) throws(FunctionError) in
        rounded(arguments[0], arguments[0].number.ceil)
    }

    private static let floor = Function("floor", [.number("num")], returns: .number) { (arguments, _, _) throws(FunctionError) in
        rounded(arguments[0], arguments[0].number.floor)
    }

    /// Infinity stays what it is, and zero is never negative.
    private static func rounded(_ value: Value, _ number: Number) -> Value {
        value.number.isInfinite ? value : .number(number.isZero ? .zero : number)
    }

    private static let log = Function("log", [.number("num"), .number("base")], returns: .number) {
        (arguments, _, _) throws(FunctionError) in
        try number(Glibc.log(try arguments[0].double()) / Glibc.log(try arguments[1].double()))
    }

    private static let pow = Function("pow", [.number("num"), .number("power")], returns: .number) {
        (arguments, _, _) throws(FunctionError) in
        try number(power(try arguments[0].double(), try arguments[1].double()))
    }

    private static let signum = Function("signum", [.number("num")], returns: .number) { (arguments, _, _) throws(FunctionError) in
        .integer(try arguments[0].integer().signum())
    }

    private static let numbers = Function.Parameter("numbers", .number, allowsDynamic: true)

    private static let max = Function("max", [], variadic: numbers, returns: .number) { (arguments, _, _) throws(FunctionError) in
        guard var result = arguments.first else { throw FunctionError("must pass at least one number") }
        for argument in arguments where argument.number > result.number { result = argument }
        return result
    }

    private static let min = Function("min", [], variadic: numbers, returns: .number) { (arguments, _, _) throws(FunctionError) in
        guard var result = arguments.first else { throw FunctionError("must pass at least one number") }
        for argument in arguments where argument.number < result.number { result = argument }
        return result
    }

    private static let parseint = Function(
        "parseint", [.any("number"), .number("base")],
        returnType: { (arguments, _) throws(FunctionError) in
            guard arguments[0].type == .string else {
                throw FunctionError(argument: 0, "first argument must be a string, not \(arguments[0].type.friendlyName)")
            }
            return .number
        },
        body: { (arguments, _, _) throws(FunctionError) in
            let base = try arguments[1].integer(argument: 1)
            guard (2...62).contains(base) else {
                throw FunctionError(argument: 1, "base must be a whole number between 2 and 62 inclusive")
            }
            let text = arguments[0].string
            guard let number = parse(Array(text.utf8), base: base) else {
                throw FunctionError(argument: 0, "cannot parse \(text.goQuoted) as a base \(base) integer")
            }
            return .number(number)
        })

    /// An integer in a base; beyond 36, small letters come before capital ones.
    private static func parse(_ text: [UInt8], base: Int) -> Number? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.count <= 4096 else { return nil }
        for digit in digits {
            let value: Int
            switch digit {
            case 0x30...0x39: value = Int(digit) - 0x30
            case 0x61...0x7a: value = Int(digit) - 0x61 + 10
            case 0x41...0x5a: value = Int(digit) - 0x41 + (base > 36 ? 36 : 10)
            default: return nil
            }
            guard value < base else { return nil }
        }
        // For MPFR, capital letters come first.
        let swapped = base <= 36 ? Array(digits) : digits.map { $0 >= 0x41 ? $0 ^ 0x20 : $0 }
        let source = (isNegative ? "-" : "") + swapped.text
        let exact = BigNumber(precision: digits.count * 6 + 64) { _ = mpfr_strtofr($0, source, nil, Int32(base), MPFR_RNDN) }
        if exact.isZero { return .zero }
        let bits = Swift.max(64, Int(mpfr_get_exp(exact.pointer)))
        return Number(BigNumber(precision: bits) { _ = mpfr_set($0, exact.pointer, MPFR_RNDN) })
    }

    private static func number(_ double: Double) throws(FunctionError) -> Value {
        if double.isNaN { throw FunctionError("result is not a number") }
        return .number(Number(double))
    }

    /// The power as Go computes it: by repeated squaring, whose last bits are not those of the C library.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        let magnitude = exponent.magnitude
        let isOrdinary = base.isFinite && exponent.isFinite && base != 0 && magnitude < 0x1p63 && magnitude != 0.5
        guard isOrdinary, exponent != 0, exponent != 1, base != 1 else { return Glibc.pow(base, exponent) }
        var whole = magnitude.rounded(.towardZero)
        var fraction = magnitude - whole
        if fraction != 0, base < 0 { return .nan }
        if fraction > 0.5 {
            fraction -= 1
            whole += 1
        }
        var result = fraction == 0 ? 1 : Glibc.exp(fraction * Glibc.log(base))
        var resultExponent = 0
        // In [½, 1), so that squares stay in range.
        var significand = base.sign == .minus ? -base.significand / 2 : base.significand / 2
        var power = Int(base.exponent) + 1
        var bits = Int64(whole)
        while bits != 0 {
            if power < -4096 || power > 4096 {
                resultExponent += power
                break
            }
            if bits & 1 == 1 {
                result *= significand
                resultExponent += power
            }
            significand *= significand
            power *= 2
            if significand < 0.5 {
                significand += significand
                power -= 1
            }
            bits >>= 1
        }
        if exponent < 0 {
            result = 1 / result
            resultExponent = -resultExponent
        }
        return scalbn(result, Int32(clamping: resultExponent))
    }
}
