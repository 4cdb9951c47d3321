extension Value: Hashable {
    /// Raw equality: see ``rawEquals(_:)``.
    package static func == (left: Value, right: Value) -> Bool { left.rawEquals(right) }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(marks)
        // The types of most follow from what they contain; to hash them again at every level would take long.
        switch content {
        case .null: hasher.combine(type)
        case .unknown(let refinement): hasher.combine(refinement)
        case .bool(let bool): hasher.combine(bool)
        case .number(let number): hasher.combine(number)
        case .string(let string): hasher.combine(string)
        case .elements(let elements): hasher.combine(elements)
        case .members(let members): hasher.combine(members)
        }
    }

    /// Whether both are the same in type, content and marks; unknown ones with the same refinement are.
    package func rawEquals(_ other: Value) -> Bool {
        type == other.type && hasSameContent(as: other)
    }

    /// - Precondition: the types are the same; so those of elements and members are.
    private func hasSameContent(as other: Value) -> Bool {
        guard marks == other.marks else { return false }
        switch (content, other.content) {
        case (.null, .null): return true
        case (.unknown(let a), .unknown(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.number(let a), .number(let b)): return a == b
        case (.string(let a), .string(let b)): return a == b
        case (.elements(let a), .elements(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.hasSameContent(as: $1) }
        case (.members(let a), .members(let b)):
            return a.count == b.count && a.allSatisfy { name, value in b[name].map { value.hasSameContent(as: $0) } ?? false }
        default: return false
        }
    }

    /// What `==` of the language gives: true, false or unknown, with the marks of both and of what is in them.
    ///
    /// Values of different types are not equal, except that nulls are.
    package func equals(_ other: Value) -> Value {
        let marks = deepMarks.union(other.deepMarks)
        if marks.isEmpty { return Value.truth(equality(with: other)) }
        return Value.truth(unmarkedDeep().0.equality(with: other.unmarkedDeep().0)).marked(with: marks)
    }

    private static func truth(_ truth: Bool?) -> Value { truth.map { .bool($0) } ?? .unknown(.bool, .notNull) }

    /// Nil if it is not known. Neither has marks.
    ///
    /// - Parameter haveSameType: whether it is certain that both have one type, and that it is wholly known.
    private func equality(with other: Value, haveSameType: Bool = false) -> Bool? {
        switch (refinement, other.refinement) {
        case (.some, .some): return nil
        case (let refinement?, nil): return Value.equality(ofUnknown: self, refinement, with: other)
        case (nil, let refinement?): return Value.equality(ofUnknown: other, refinement, with: self)
        case (nil, nil): break
        }
        if isNull || other.isNull { return isNull && other.isNull }
        if !haveSameType {
            if !hasWhollyKnownType || !other.hasWhollyKnownType {
                return type.conforms(to: other.type) || other.type.conforms(to: type) ? nil : false
            }
            guard type == other.type else { return false }
        }
        switch (content, other.content) {
        case (.bool(let a), .bool(let b)): return a == b
        case (.number(let a), .number(let b)): return a == b
        case (.string(let a), .string(let b)): return a == b
        case (.elements(let a), .elements(let b)): return type.isSet ? Value.setEquality(a, b) : Value.equality(a, b)
        case (.members, .members):
            let (a, b) = (sortedMembers, other.sortedMembers)
            return a.map(\.0) == b.map(\.0) ? Value.equality(a.map(\.1), b.map(\.1)) : false
        default: return false
        }
    }

    private static func equality(ofUnknown value: Value, _ refinement: Refinement, with known: Value) -> Bool? {
        if value.type != .dynamic, refinement.excludes(known) { return false }
        if known.isNull || value.type.hasDynamic { return nil }
        return known.type == value.type ? nil : false
    }

    /// In order: what comes first decides. They are parts of values of one type.
    private static func equality(_ a: [Value], _ b: [Value]) -> Bool? {
        guard a.count == b.count else { return false }
        for (x, y) in zip(a, b) {
            guard let truth = x.equality(with: y, haveSameType: true) else { return nil }
            if !truth { return false }
        }
        return true
    }

    private static func setEquality(_ a: [Value], _ b: [Value]) -> Bool? {
        if a.contains(where: { !$0.isKnown }) || b.contains(where: { !$0.isKnown }) { return nil }
        if equality(a, b) == true { return true }
        func contains(_ all: [Value], _ value: Value) -> Bool { all.contains { $0.equality(with: value, haveSameType: true) == true } }
        return a.allSatisfy { contains(b, $0) } && b.allSatisfy { contains(a, $0) }
    }

    /// Whether no value of unknown type is in it; nulls of unknown type do not count.
    private var hasWhollyKnownType: Bool {
        if isNull { return true }
        if type == .dynamic { return false }
        switch content {
        case .unknown: return !type.hasDynamic
        case .elements(let elements): return elements.allSatisfy(\.hasWhollyKnownType)
        case .members(let members): return members.values.allSatisfy(\.hasWhollyKnownType)
        default: return true
        }
    }

    /// Whether a list, tuple, map or object that is known has an element at the key: unknown if that cannot be said.
    package func hasIndex(_ key: Value) -> Value {
        let marks = self.marks.union(key.marks)
        guard key.isKnown, isKnown || type.isStructural else { return Value.unknown(.bool, .notNull).marked(with: marks) }
        let found: Bool =
            switch (type, key.content) {
            case (.list, .number(let number)), (.tuple, .number(let number)):
                number.int.map { $0 >= 0 && $0 < lengthRange?.lower ?? 0 } ?? false
            case (.map, .string(let string)): members?[string] != nil
            case (.object(let attributes, _), .string(let string)): attributes[string] != nil
            default: false
            }
        return Value.bool(found).marked(with: marks)
    }
}

extension ValueType {
    /// Whether values of this type are ones of the constraint as they are.
    package func conforms(to constraint: ValueType) -> Bool {
        switch (self, constraint) {
        case (_, .dynamic): true
        case (.list(let a), .list(let b)), (.set(let a), .set(let b)), (.map(let a), .map(let b)): a.conforms(to: b)
        case (.tuple(let a), .tuple(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.conforms(to: $1) }
        case (.object(let a, _), .object(let b, _)):
            a.count == b.count && a.allSatisfy { name, type in b[name].map { type.conforms(to: $0) } ?? false }
        default: self == constraint
        }
    }
}
