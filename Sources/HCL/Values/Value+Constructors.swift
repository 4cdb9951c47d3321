@_spi(_Unicode) internal import Swift

extension Value {
    package static let `true` = Value(type: .bool, content: .bool(true))
    package static let `false` = Value(type: .bool, content: .bool(false))
    package static let emptyTuple = Value.tuple([])
    package static let emptyObject = Value.object([:])
    /// Of unknown type, and not known.
    package static let dynamic = Value.unknown(.dynamic)

    package static func null(_ type: ValueType = .dynamic) -> Value { Value(type: type.withoutOptional, content: .null) }

    package static func unknown(_ type: ValueType, _ refinement: Refinement = .init()) -> Value {
        // Of a value whose type is not known, nothing else is either.
        Value(type: type.withoutOptional, content: .unknown(type == .dynamic ? Refinement() : refinement))
    }

    package static func bool(_ bool: Bool) -> Value { bool ? .true : .false }
    package static func number(_ number: Number) -> Value { Value(type: .number, content: .number(number)) }
    package static func integer(_ integer: Int) -> Value { .number(Number(integer)) }

    /// The string in normal form NFC.
    package static func string(_ string: String) -> Value { Value(type: .string, content: .string(string.normalized)) }

    /// - Precondition: all elements are of the type.
    package static func list(_ elements: [Value], of type: ValueType) -> Value {
        Value(type: .list(type.withoutOptional), content: .elements(elements))
    }

    /// The set of the values, in canonical order and without duplicates; their marks become the set's.
    package static func set(_ elements: [Value], of type: ValueType) -> Value {
        var marks: Marks = []
        let bare = elements.map { element in
            let (value, own) = element.unmarkedDeep()
            marks.formUnion(own)
            return value
        }
        return Value(type: .set(type.withoutOptional), content: .elements(SetOrder.canonical(bare)), marks: marks)
    }

    /// - Precondition: all members are of the type.
    package static func map(_ members: [String: Value], of type: ValueType) -> Value {
        Value(type: .map(type.withoutOptional), content: .members(normalizingNames(members)))
    }

    package static func tuple(_ elements: [Value]) -> Value {
        Value(type: .tuple(elements.map(\.type)), content: .elements(elements))
    }

    package static func object(_ members: [String: Value]) -> Value {
        let members = normalizingNames(members)
        return Value(type: .object(members.mapValues(\.type)), content: .members(members))
    }

    private static func normalizingNames(_ members: [String: Value]) -> [String: Value] {
        // Strings that differ in their normal form only are the same key to Swift already; what remains is to store NFC.
        if members.keys.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) { return members }
        return Dictionary(members.map { ($0.normalized, $1) }) { first, _ in first }
    }
}

extension String {
    /// In Unicode's normal form C.
    package var normalized: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: _nfc)
        return String(scalars)
    }
}
