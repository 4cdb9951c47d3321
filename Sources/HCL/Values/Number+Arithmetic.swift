internal import CMPFR

// Results have the greater precision of the operands, as those of Go's floats have; that of an integer counts as 512 bits.
extension Number {
    package static func + (left: Number, right: Number) -> Number {
        if case .integer(let a) = left, case .integer(let b) = right {
            let (sum, overflows) = a.addingReportingOverflow(b)
            if !overflows { return .integer(sum) }
        }
        return combine(left, right) { _ = mpfr_add($0, $1, $2, MPFR_RNDN) } ?? .zero
    }

    package static func - (left: Number, right: Number) -> Number {
        if case .integer(let a) = left, case .integer(let b) = right {
            let (difference, overflows) = a.subtractingReportingOverflow(b)
            if !overflows { return .integer(difference) }
        }
        return combine(left, right) { _ = mpfr_sub($0, $1, $2, MPFR_RNDN) } ?? .zero
    }

    package static func * (left: Number, right: Number) -> Number {
        if case .integer(let a) = left, case .integer(let b) = right {
            let (product, overflows) = a.multipliedReportingOverflow(by: b)
            // A zero may have to be negative.
            if !overflows, product != 0 || (a >= 0 && b >= 0) { return .integer(product) }
        }
        // The product of two doubles keeps all of its bits, and has no more than those.
        let (a, b) = (left.big, right.big)
        let product = BigNumber(precision: BigNumber.precision) { _ = mpfr_mul($0, a.pointer, b.pointer, MPFR_RNDN) }
        if product.isNaN { return .zero }
        let precision = max(a.precision, b.precision, Int(mpfr_min_prec(product.pointer)))
        guard precision < product.precision else { return Number(product) }
        return Number(BigNumber(precision: precision) { _ = mpfr_set($0, product.pointer, MPFR_RNDN) })
    }

    package static prefix func - (number: Number) -> Number {
        if case .integer(let integer) = number, integer != 0, integer != .min { return .integer(-integer) }
        let big = number.big
        return Number(BigNumber(precision: big.precision) { _ = mpfr_neg($0, big.pointer, MPFR_RNDN) })
    }

    /// The sum, or nil for infinity minus infinity.
    package func adding(_ other: Number) -> Number? {
        if isInfinite, other.isInfinite, isNegative != other.isNegative { return nil }
        return self + other
    }

    /// The difference, or nil for infinity minus infinity.
    package func subtracting(_ other: Number) -> Number? {
        if isInfinite, other.isInfinite, isNegative == other.isNegative { return nil }
        return self - other
    }

    /// The product, or nil for zero times infinity.
    package func multiplied(by other: Number) -> Number? {
        if isInfinite && other.isZero || isZero && other.isInfinite { return nil }
        return self * other
    }

    /// The quotient: infinite for a divisor of zero, nil for zero by zero and infinity by infinity.
    package func divided(by other: Number) -> Number? {
        if case .integer(let a) = self, case .integer(let b) = other, b != 0, a != 0, b != -1, a % b == 0 { return .integer(a / b) }
        return Number.combine(self, other) { _ = mpfr_div($0, $1, $2, MPFR_RNDN) }
    }

    /// See ``divided(by:)``.
    package func divide(_ other: Number) -> Number? { divided(by: other) }
    /// See ``divided(by:)``.
    package static func / (left: Number, right: Number) -> Number? { left.divided(by: right) }
    /// See ``modulo(_:)``.
    package static func % (left: Number, right: Number) -> Number { left.modulo(right) }

    /// The remainder of the division that rounds towards zero; by zero it is the number itself, with infinity infinite.
    package func modulo(_ other: Number) -> Number {
        if case .integer(let a) = self, case .integer(let b) = other, b != 0, b != -1, a % b != 0 { return .integer(a % b) }
        if isInfinite || other.isInfinite { return multiplied(by: other) ?? self }
        if other.isZero { return self }
        guard let quotient = divided(by: other) else { return self }
        return self - quotient.truncated * other
    }

    package var abs: Number { isNegative ? -self : self }

    package var floor: Number { rounded { _ = mpfr_floor($0, $1) } }
    package var ceil: Number { rounded { _ = mpfr_ceil($0, $1) } }
    /// Without its fraction.
    package var truncated: Number { rounded { _ = mpfr_trunc($0, $1) } }

    private func rounded(_ round: (UnsafeMutablePointer<__mpfr_struct>, UnsafePointer<__mpfr_struct>) -> Void) -> Number {
        guard case .big(let number) = self else { return self }
        return Number(BigNumber(precision: number.precision) { round($0, number.pointer) })
    }

    private static func combine(
        _ left: Number, _ right: Number,
        _ operation: (UnsafeMutablePointer<__mpfr_struct>, UnsafePointer<__mpfr_struct>, UnsafePointer<__mpfr_struct>) -> Void
    ) -> Number? {
        let a = left.big
        let b = right.big
        let result = BigNumber(precision: max(a.precision, b.precision)) { operation($0, a.pointer, b.pointer) }
        return result.isNaN ? nil : Number(result)
    }
}
