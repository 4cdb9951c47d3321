extension Value {
    /// What `jsondecode` gives: arrays become tuples, objects become objects.
    package static func jsonDecoded(_ text: String) throws(JSONDecodingError) -> Value { try JSONText.parse(text).value() }

    /// Reads what ``jsonEncoded(as:)`` writes.
    package static func jsonDecoded(_ text: String, as type: ValueType) throws(JSONDecodingError) -> Value {
        try Value(try JSONText.parse(text, depthMax: JSONText.storedDepthMax), as: type, at: [])
    }

    private init(_ node: JSONText, as type: ValueType, at path: [PathStep]) throws(JSONDecodingError) {
        func fail(_ message: String) -> JSONDecodingError { JSONDecodingError(path: path, message: message) }
        switch (type, node) {
        case (.dynamic, .object(let members)): self = try Value(wrapped: members, at: path)
        case (.dynamic, .null): self = .null()
        case (.dynamic, _): throw fail("a wrapper object with a value and a type is required")
        case (_, .null): self = .null(type)
        case (.bool, .bool(let bool)): self = .bool(bool)
        case (.bool, .string(let string)) where string == "true" || string == "false" || string == "1" || string == "0":
            self = .bool(string == "true" || string == "1")
        case (.number, .number(let number)): self = .number(number)
        case (.number, .string(let string)):
            guard let number = Number(parsing: string) else { throw fail("a number is required") }
            self = .number(number)
        case (.string, .string(let string)): self = .string(string)
        case (.string, .number(let number)): self = .string(number.text)
        case (.string, .bool(let bool)): self = .string(bool ? "true" : "false")
        case (.list(let element), .array(let nodes)): self = .list(try Value.elements(nodes, as: { _ in element }, at: path), of: element)
        case (.set(let element), .array(let nodes)): self = .set(try Value.elements(nodes, as: { _ in element }, at: path), of: element)
        case (.tuple(let types), .array(let nodes)):
            guard types.count == nodes.count else { throw fail("wrong number of elements: \(types.count) required") }
            self = .tuple(try Value.elements(nodes, as: { types[$0] }, at: path))
        case (.map(let element), .object(let members)):
            var values: [String: Value] = [:]
            for (name, member) in members { values[name.normalized] = try Value(member, as: element, at: path + [.index(.string(name))]) }
            self = .map(values, of: element)
        case (.object(let types, let optional), .object(let members)):
            var values: [String: Value] = [:]
            for (name, member) in members {
                let name = name.normalized
                guard let type = types[name] else { throw fail("unsupported attribute \(name.goQuoted)") }
                values[name] = try Value(member, as: type, at: path + [.attribute(name)])
            }
            for (name, type) in types where values[name] == nil {
                guard optional.contains(name) else { throw fail("missing required attribute \(name.goQuoted)") }
                values[name] = .null(type)
            }
            self = .object(values)
        default:
            let article = type.isObject ? "an" : "a"
            throw fail(type.isPrimitive ? "a \(type.friendlyName) is required" : "\(article) \(type.friendlyName) is required")
        }
    }

    private static func elements(
        _ nodes: [JSONText], as type: (Int) -> ValueType, at path: [PathStep]
    ) throws(JSONDecodingError) -> [Value] {
        var values: [Value] = []
        for (index, node) in nodes.enumerated() {
            values.append(try Value(node, as: type(index), at: path + [.index(.integer(index))]))
        }
        return values
    }

    private init(wrapped members: [(String, JSONText)], at path: [PathStep]) throws(JSONDecodingError) {
        var type: ValueType?
        var value: JSONText?
        for (name, member) in members {
            switch name {
            case "type": type = try ValueType(typeJSON: member)
            case "value": value = member
            default: throw JSONDecodingError(path: path, message: "invalid key \(name.goQuoted) in a dynamically-typed value")
            }
        }
        guard let type else { throw JSONDecodingError(path: path, message: "missing type in a dynamically-typed value") }
        guard let value else { throw JSONDecodingError(path: path, message: "missing value in a dynamically-typed value") }
        self = type == .dynamic ? .null() : try Value(value, as: type, at: path)
    }
}
