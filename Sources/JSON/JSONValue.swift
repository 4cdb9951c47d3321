/// A JSON value as RFC 8259 knows it, with integers kept exact.
///
/// Two values are equal if they were written alike: `1` and `1.0` are different values here, while ``JSONSchema`` compares
/// them as numbers. Strings compare as Swift compares them, by canonical equivalence.
public enum JSONValue: Sendable, Hashable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits a signed 64-bit integer. `-0` is `0` here.
    case integer(Int64)
    /// A number without fraction and exponent above `Int64.max`. Smaller ones are always ``integer(_:)``; make one with
    /// ``init(_:)-(UInt64)`` to get this right.
    case unsigned(UInt64)
    /// A number with fraction or exponent. Always finite when it comes from a parser.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members by name. The order in which they were written is not kept.
    case object([String: JSONValue])

    /// An integer, whatever its size.
    public init(_ value: UInt64) {
        if let signed = Int64(exactly: value) {
            self = .integer(signed)
        } else {
            self = .unsigned(value)
        }
    }

    /// An integer.
    public init(_ value: Int) {
        self = .integer(Int64(value))
    }

    /// The member `name` of an object; nil if there is none, or if this is no object.
    ///
    /// Setting turns anything that is not an object into one; setting nil removes the member.
    public subscript(name: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[name]
        }
        set {
            guard case .object(var members) = self else {
                self = .object(newValue.map { [name: $0] } ?? [:])
                return
            }
            // Let go of our reference first, so that the dictionary is changed in place.
            self = .null
            members[name] = newValue
            self = .object(members)
        }
    }

    /// The element at `index` of an array; nil if there is none, or if this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What kind of value this is, for messages: `null`, `boolean`, `integer`, `number`, `string`, `array` or `object`.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .unsigned: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
