extension ValueType: CustomStringConvertible {
    /// What messages call the type: `list of string`, `object`.
    package var friendlyName: String { name(dynamic: "dynamic", element: \.friendlyName) }

    /// What messages call a constraint: `list of any single type`, `any type`.
    package var constraintName: String { name(dynamic: "any type") { $0 == .dynamic ? "any single type" : $0.constraintName } }

    private func name(dynamic: String, element: (ValueType) -> String) -> String {
        switch self {
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .dynamic: dynamic
        case .list(let type): "list of \(element(type))"
        case .set(let type): "set of \(element(type))"
        case .map(let type): "map of \(element(type))"
        case .tuple: "tuple"
        case .object: "object"
        }
    }

    /// What the console's `type` function prints: `list(string)`, objects and tuples over several lines.
    package var typeExpression: String { typeExpression(indentation: 0) }

    package var description: String { typeExpression }

    private func typeExpression(indentation: Int) -> String {
        switch self {
        case .bool, .number, .string, .dynamic: return friendlyName
        case .list(let element): return ValueType.call("list", element, indentation)
        case .set(let element): return ValueType.call("set", element, indentation)
        case .map(let element): return ValueType.call("map", element, indentation)
        case .tuple(let elements):
            if elements.isEmpty { return "tuple([])" }
            let lines = elements.map { $0.typeExpression(indentation: indentation + 1) }
            return "tuple([" + ValueType.lines(lines, indentation) + "])"
        case .object(let attributes, _):
            if attributes.isEmpty { return "object({})" }
            let lines = attributes.sortedByName.map { "\($0): \($1.typeExpression(indentation: indentation + 1))" }
            return "object({" + ValueType.lines(lines, indentation) + "})"
        }
    }

    private static func call(_ name: String, _ element: ValueType, _ indentation: Int) -> String {
        guard element.isStructural else { return "\(name)(\(element.typeExpression(indentation: indentation)))" }
        return "\(name)(" + lines([element.typeExpression(indentation: indentation + 1)], indentation) + ")"
    }

    private static func lines(_ lines: [String], _ indentation: Int) -> String {
        let inner = String(repeating: "    ", count: indentation + 1)
        return "\n" + lines.map { "\(inner)\($0),\n" }.joined() + String(repeating: "    ", count: indentation)
    }
}

extension Dictionary where Key == String {
    /// Ordered by the bytes of the names, as everything is that goes by name.
    @inlinable package var sortedByName: [(String, Value)] {
        sorted { $0.key.bytesPrecede($1.key) }.map { ($0.key, $0.value) }
    }
}

extension String {
    /// Whether the text comes before another by its bytes.
    @inlinable package func bytesPrecede(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Sequence {
    /// Ordered by the bytes of a text that each element has; the text is made once.
    @inlinable package func sorted(byText text: (Element) -> String) -> [Element] {
        map { (text($0), $0) }.sorted { $0.0.bytesPrecede($1.0) }.map(\.1)
    }
}
