package import HCL

/// Reads attributes of an object without taking it apart; what is null, unknown, absent or of another type is nil.
extension Value {
    /// An attribute of a known object; null if there is none of the name.
    package subscript(attribute name: String) -> Value { members?[name] ?? .null() }

    package func string(_ name: String) -> String? { members?[name]?.stringValue }
    package func bool(_ name: String) -> Bool? { members?[name]?.boolValue }
    package func number(_ name: String) -> Number? { members?[name]?.numberValue }
    /// Of a whole number.
    package func integer(_ name: String) -> Int? { members?[name]?.numberValue?.int }

    /// Of a list or set: its elements that are known strings.
    package func strings(_ name: String) -> [String]? { members?[name]?.elements?.compactMap(\.stringValue) }

    /// Of a map or object: its members that are known strings.
    package func stringMap(_ name: String) -> [String: String]? { members?[name]?.members?.compactMapValues(\.stringValue) }

    /// The blocks of a kind: the elements of a list or set of objects, the one of a single block.
    package func blocks(_ name: String) -> [Value] {
        guard let value = members?[name], !value.isNull else { return [] }
        return value.elements ?? (value.members == nil ? [] : [value])
    }

    /// The object with these attributes in place of those it has of these names.
    package func setting(_ attributes: [String: Value]) -> Value {
        guard let members else { return self }
        return .object(members.merging(attributes) { _, new in new })
    }

    /// A string, or null if there is none.
    package static func optional(_ string: String?) -> Value { string.map { Value.string($0) } ?? .null(.string) }

    /// A list of strings.
    package static func strings(_ strings: [String]) -> Value { .list(strings.map { .string($0) }, of: .string) }

    /// A map of strings.
    package static func stringMap(_ strings: [String: String]) -> Value { .map(strings.mapValues { .string($0) }, of: .string) }
}

extension ValueType {
    /// An object of the type whose attributes all are null.
    package var nullAttributes: Value { .object((attributeTypes ?? [:]).mapValues { .null($0) }) }
}
