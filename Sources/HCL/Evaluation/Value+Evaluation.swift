extension Value {
    /// The value without its own marks; what it contains keeps its own.
    var bare: Value { unmarked().0 }

    /// What the word `null` alone is.
    var isUntypedNull: Bool { isNull && type == .dynamic && marks.isEmpty }

    /// Of a type that it can be converted to; as it is if it has the type.
    func adapted(to type: ValueType) throws(ConversionError) -> Value {
        self.type == type ? self : try converted(to: type)
    }

    /// What a loop goes through: positions or names, and values; a set's elements are their own keys. Nil if that is not known.
    package var pairs: [(key: Value, value: Value)]? {
        switch content {
        case .elements(let elements):
            elements.enumerated().map { position, element in (type.isSet ? element : .integer(position), element) }
        case .members: sortedMembers.map { name, member in (.string(name), member) }
        default: nil
        }
    }

    /// The number, or what an unknown one is not less than.
    var lowerBound: Refinement.NumberBound? {
        switch content {
        case .number(let number): .init(number: number, isInclusive: true)
        case .unknown(let refinement): refinement.numberMin
        default: nil
        }
    }

    /// The number, or what an unknown one does not exceed.
    var upperBound: Refinement.NumberBound? {
        switch content {
        case .number(let number): .init(number: number, isInclusive: true)
        case .unknown(let refinement): refinement.numberMax
        default: nil
        }
    }

    /// Whether one number is less than another, so far as their bounds tell; nil if they do not.
    static func isDefinitely(_ left: Value, below right: Value, orEqual: Bool) -> Bool? {
        if let highest = left.upperBound, let lowest = right.lowerBound {
            let mayTouch = highest.isInclusive && lowest.isInclusive && !orEqual
            if highest.number < lowest.number || highest.number == lowest.number && !mayTouch { return true }
        }
        if let lowest = left.lowerBound, let highest = right.upperBound {
            let mayTouch = lowest.isInclusive && highest.isInclusive && orEqual
            if lowest.number > highest.number || lowest.number == highest.number && !mayTouch { return false }
        }
        return nil
    }
}
