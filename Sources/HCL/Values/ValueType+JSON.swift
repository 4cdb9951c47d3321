extension ValueType {
    /// The type as state and plan files store it: `"string"`, `["list","string"]`, `["object",{"a":"number"}]`.
    package var typeJSON: String {
        switch self {
        case .bool: return "\"bool\""
        case .number: return "\"number\""
        case .string: return "\"string\""
        case .dynamic: return "\"dynamic\""
        case .list(let element): return "[\"list\",\(element.typeJSON)]"
        case .set(let element): return "[\"set\",\(element.typeJSON)]"
        case .map(let element): return "[\"map\",\(element.typeJSON)]"
        case .tuple(let elements): return "[\"tuple\",[" + elements.map(\.typeJSON).joined(separator: ",") + "]]"
        case .object(let attributes, let optional):
            let members = attributes.sortedByName.map { "\($0.jsonQuoted):\($1.typeJSON)" }.joined(separator: ",")
            let names = optional.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map(\.jsonQuoted).joined(separator: ",")
            return "[\"object\",{\(members)}" + (optional.isEmpty ? "" : ",[\(names)]") + "]"
        }
    }

    /// Reads what ``typeJSON`` writes.
    package init(typeJSON text: String) throws(JSONDecodingError) {
        try self.init(typeJSON: JSONText.parse(text, depthMax: JSONText.storedDepthMax))
    }

    init(typeJSON node: JSONText) throws(JSONDecodingError) {
        func fail() -> JSONDecodingError { JSONDecodingError(message: "invalid type in JSON: \(node.excerpt)") }
        switch node {
        case .string(let name):
            switch name {
            case "bool": self = .bool
            case "number": self = .number
            case "string": self = .string
            case "dynamic": self = .dynamic
            default: throw fail()
            }
        case .array(let parts):
            guard case .string(let kind)? = parts.first, parts.count >= 2 else { throw fail() }
            switch (kind, parts[1]) {
            case ("list", _): self = .list(try ValueType(typeJSON: parts[1]))
            case ("set", _): self = .set(try ValueType(typeJSON: parts[1]))
            case ("map", _): self = .map(try ValueType(typeJSON: parts[1]))
            case ("tuple", .array(let elements)):
                var types: [ValueType] = []
                for element in elements { types.append(try ValueType(typeJSON: element)) }
                self = .tuple(types)
            case ("object", .object(let members)):
                var types: [String: ValueType] = [:]
                for (name, member) in members { types[name.normalized] = try ValueType(typeJSON: member) }
                var optional: Set<String> = []
                if parts.count > 2, case .array(let names) = parts[2] {
                    for case .string(let name) in names { optional.insert(name.normalized) }
                }
                self = .object(types, optional: optional)
            default: throw fail()
            }
        default: throw fail()
        }
    }
}
