/// The type of a value, or a constraint on one (`dynamic` in any place means "any type there").
package indirect enum ValueType: Sendable, Hashable {
    case bool
    case number
    case string
    case list(ValueType)
    case set(ValueType)
    case map(ValueType)
    case tuple([ValueType])
    /// Attributes by name; `optional` only occurs in constraints.
    case object([String: ValueType], optional: Set<String> = [])
    /// Not known yet; the type of an untyped null or unknown.
    case dynamic

    package static let emptyTuple = ValueType.tuple([])
    package static let emptyObject = ValueType.object([:])

    package var isPrimitive: Bool {
        switch self {
        case .bool, .number, .string: true
        default: false
        }
    }

    /// Whether a list, set or map.
    package var isCollection: Bool {
        switch self {
        case .list, .set, .map: true
        default: false
        }
    }

    /// Whether a tuple or object.
    package var isStructural: Bool { isTuple || isObject }

    package var isList: Bool { if case .list = self { true } else { false } }
    package var isSet: Bool { if case .set = self { true } else { false } }
    package var isMap: Bool { if case .map = self { true } else { false } }
    package var isTuple: Bool { if case .tuple = self { true } else { false } }
    package var isObject: Bool { if case .object = self { true } else { false } }

    /// Of a collection.
    package var elementType: ValueType? {
        switch self {
        case .list(let element), .set(let element), .map(let element): element
        default: nil
        }
    }

    /// Of a tuple.
    package var elementTypes: [ValueType]? { if case .tuple(let elements) = self { elements } else { nil } }

    /// Of an object.
    package var attributeTypes: [String: ValueType]? { if case .object(let attributes, _) = self { attributes } else { nil } }

    /// Of an object: which of its attributes may be left out.
    package var optionalAttributes: Set<String> { if case .object(_, let optional) = self { optional } else { [] } }

    /// Whether a type in it, or itself, is not known yet.
    package var hasDynamic: Bool {
        switch self {
        case .dynamic: true
        case .bool, .number, .string: false
        case .list(let element), .set(let element), .map(let element): element.hasDynamic
        case .tuple(let elements): elements.contains { $0.hasDynamic }
        case .object(let attributes, _): attributes.values.contains { $0.hasDynamic }
        }
    }

    /// The same type with every attribute required, at any depth: what a value can have.
    package var withoutOptional: ValueType {
        switch self {
        case .bool, .number, .string, .dynamic: self
        case .list(let element): .list(element.withoutOptional)
        case .set(let element): .set(element.withoutOptional)
        case .map(let element): .map(element.withoutOptional)
        case .tuple(let elements): .tuple(elements.map(\.withoutOptional))
        case .object(let attributes, _): .object(attributes.mapValues(\.withoutOptional))
        }
    }
}
