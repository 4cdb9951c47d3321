internal import CMPFR

/// A number of the language: a binary float with 512 bits of precision, as Terraform's; ordinary integers are kept as such.
package enum Number: Sendable {
    /// Every integer that fits, except negative zero.
    case integer(Int64)
    /// Everything else; never not-a-number.
    case big(BigNumber)

    package init(_ integer: Int) { self = .integer(Int64(integer)) }

    /// Takes a `Double` as it is; its text is the shortest that denotes this very `Double`.
    ///
    /// Not-a-number is not a number of the language and becomes zero: ask before.
    package init(_ double: Double) {
        let number = BigNumber(precision: 53) { target in
            _ = mpfr_set_d(target, double.isNaN ? 0 : double, MPFR_RNDN)
        }
        self.init(number)
    }

    /// Numbers with more bits before or after the point are infinite, or zero: their text would exhaust the memory.
    private static let exponentMax = 4_000_000

    /// Keeps what fits as an integer.
    init(_ number: BigNumber) {
        if let integer = number.int64 {
            self = .integer(integer)
        } else if number.exponent > Number.exponentMax {
            self = number.isNegative ? .negativeInfinity : .positiveInfinity
        } else if number.exponent < -Number.exponentMax {
            self = .zero
        } else {
            self = .big(number)
        }
    }

    package static let zero = Number.integer(0)
    package static let positiveInfinity = Number(Double.infinity)
    package static let negativeInfinity = Number(-Double.infinity)

    package var isInteger: Bool {
        switch self {
        case .integer: true
        case .big(let number): number.isInteger
        }
    }

    package var isInfinite: Bool {
        switch self {
        case .integer: false
        case .big(let number): number.isInfinite
        }
    }

    /// Whether the sign is minus, also that of zero.
    package var isNegative: Bool {
        switch self {
        case .integer(let integer): integer < 0
        case .big(let number): number.isNegative
        }
    }

    package var isZero: Bool {
        switch self {
        case .integer(let integer): integer == 0
        case .big(let number): number.isZero
        }
    }

    /// -1, 0 or 1.
    package var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }

    /// The value if it is an integer and fits.
    package var int64: Int64? {
        switch self {
        case .integer(let integer): integer
        case .big(let number): number.isZero ? 0 : number.int64
        }
    }

    package var int: Int? { int64.map { Int($0) } }

    /// The nearest `Double`.
    package var double: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .big(let number): number.double
        }
    }

    /// The value as a float of at least 64 bits: exact.
    var big: BigNumber {
        switch self {
        case .integer(let integer): BigNumber { _ = mpfr_set_si($0, Int(integer), MPFR_RNDN) }
        case .big(let number): number
        }
    }
}
