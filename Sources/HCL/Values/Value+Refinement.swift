extension Value {
    /// The same unknown value, of which more is known; a known value as it is.
    package func refined(_ change: (inout Refinement) -> Void) -> Value {
        guard case .unknown(var refinement) = content, type != .dynamic else { return self }
        change(&refinement)
        return Value(type: type, content: .unknown(refinement), marks: marks).settled
    }

    /// The value, if what is known of an unknown one leaves one possibility only.
    var settled: Value {
        guard case .unknown(let refinement) = content, refinement.isNotNull else { return self }
        if let min = refinement.numberMin, let max = refinement.numberMax, min.isInclusive, max.isInclusive, min.number == max.number {
            return Value.number(min.number).marked(with: marks)
        }
        guard let count = refinement.lengthMax, count == refinement.lengthMin ?? 0 else { return self }
        switch type {
        case .list(let element):
            return Value.list(Array(repeating: .unknown(element), count: count), of: element).marked(with: marks)
        case .set(let element) where count <= 1:
            return Value.set(Array(repeating: .unknown(element), count: count), of: element).marked(with: marks)
        case .map(let element) where count == 0: return Value.map([:], of: element).marked(with: marks)
        default: return self
        }
    }

    /// How many elements a collection has at least, and at most; nil for what is no collection, or null.
    package var lengthRange: (lower: Int, upper: Int?)? {
        switch content {
        case .unknown(let refinement):
            if let types = type.elementTypes { return (types.count, types.count) }
            if let types = type.attributeTypes { return (types.count, types.count) }
            return type.isCollection ? (refinement.lengthMin ?? 0, refinement.lengthMax) : nil
        case .elements(let elements):
            // Unknown elements of a set may turn out to be equal to others.
            let isCertain = !type.isSet || elements.count <= 1 || isWhollyKnown
            return (isCertain ? elements.count : 1, elements.count)
        case .members(let members): return (members.count, members.count)
        default: return nil
        }
    }

    /// How many elements there are, as a value that may be unknown; null for what has none. The marks are the value's own.
    package var lengthValue: Value {
        guard let range = lengthRange else { return type == .dynamic && !isKnown ? .unknown(.number) : .null(.number) }
        if let upper = range.upper, upper == range.lower { return Value.integer(upper).marked(with: marks) }
        var refinement = Refinement.notNull
        refinement.numberMin = .init(number: Number(range.lower), isInclusive: true)
        refinement.numberMax = range.upper.map { .init(number: Number($0), isInclusive: true) }
        return Value.unknown(.number, refinement).marked(with: marks)
    }
}
