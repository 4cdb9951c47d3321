internal import CMPFR

/// A number outside of what ``Number/integer(_:)`` holds: a binary float with a precision of its own, usually 512 bits.
///
/// The precision matters for the shortest decimal text only: what came out of a `Double` prints as that `Double` would.
package final class BigNumber: @unchecked Sendable {  // written by the initialisers only, read-only afterwards
    /// The bits of a number that was parsed or computed.
    static let precision = 512

    private let float: UnsafeMutablePointer<__mpfr_struct>

    /// Makes room of `precision` bits and has it filled, once.
    init(precision: Int = BigNumber.precision, _ fill: (UnsafeMutablePointer<__mpfr_struct>) -> Void) {
        float = .allocate(capacity: 1)
        mpfr_init2(float, mpfr_prec_t(precision))
        fill(float)
    }

    deinit {
        mpfr_clear(float)
        float.deallocate()
    }

    /// To be read only.
    var pointer: UnsafePointer<__mpfr_struct> { UnsafePointer(float) }

    var precision: Int { Int(mpfr_get_prec(float)) }
    var isInteger: Bool { mpfr_integer_p(float) != 0 }
    var isInfinite: Bool { mpfr_inf_p(float) != 0 }
    var isNaN: Bool { mpfr_nan_p(float) != 0 }
    var isNegative: Bool { mpfr_signbit(float) != 0 }
    var isZero: Bool { mpfr_zero_p(float) != 0 }

    /// The power of two that is just larger than the number; zero for zero and infinity.
    var exponent: Int { mpfr_regular_p(float) != 0 ? Int(mpfr_get_exp(float)) : 0 }

    /// The value, if it is an integer and fits; negative zero does not.
    var int64: Int64? {
        guard isInteger, !(isZero && isNegative), mpfr_fits_slong_p(float, MPFR_RNDN) != 0 else { return nil }
        return Int64(mpfr_get_si(float, MPFR_RNDN))
    }

    /// The nearest.
    var double: Double { mpfr_get_d(float, MPFR_RNDN) }
}
