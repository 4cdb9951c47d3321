internal import CMPFR

extension Number: Comparable, Hashable {
    package static func == (left: Number, right: Number) -> Bool { left.compared(to: right) == 0 }
    package static func < (left: Number, right: Number) -> Bool { left.compared(to: right) < 0 }

    /// Negative, zero or positive, for less, equal and greater. Negative zero equals zero.
    package func compared(to other: Number) -> Int {
        switch (self, other) {
        case (.integer(let a), .integer(let b)): a < b ? -1 : a > b ? 1 : 0
        case (.big(let a), .integer(let b)): Int(mpfr_cmp_si(a.pointer, Int(b)))
        case (.integer(let a), .big(let b)): -Int(mpfr_cmp_si(b.pointer, Int(a)))
        case (.big(let a), .big(let b)): Int(mpfr_cmp(a.pointer, b.pointer))
        }
    }

    package func hash(into hasher: inout Hasher) {
        // Equal numbers have the same nearest double; negative zero is the one number that has two forms.
        if let integer = int64 { hasher.combine(integer) } else { hasher.combine(double) }
    }
}
