/// Reads schema documents; see ``JSONSchema``.
struct JSONSchemaReader {
    /// What `$defs` holds.
    private(set) var definitions: [String: JSONSchemaNode] = [:]
    /// The definitions that are referred to, and from where.
    private(set) var references: [(name: String, pointer: JSONPointer)] = []

    private static let depthMax = 128
    private static let annotations: Set<String> = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "$schema", "$id", "$comment",
    ]
    private static let types: Set<String> = ["null", "boolean", "integer", "number", "string", "array", "object"]

    /// Reads a schema and everything in it.
    mutating func read(_ value: JSONValue, _ pointer: JSONPointer) throws(JSONSchemaError) -> JSONSchemaNode {
        guard pointer.tokens.count <= Self.depthMax else { throw JSONSchemaError(pointer, "schema nests too deep") }
        var keywords = JSONSchemaNode.Keywords()
        if let isSatisfiable = value.boolValue {
            keywords.isSatisfiable = isSatisfiable
            return JSONSchemaNode(keywords)
        }
        guard let members = value.objectValue else {
            throw JSONSchemaError(pointer, "a schema is an object or a boolean, not \(value.typeName)")
        }
        // Sorted, so that of several faults always the same one is reported.
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = pointer.appending(name)
            if name == "writeOnly" { keywords.isSecret = value.boolValue ?? false }
            if name.hasPrefix("x-") || Self.annotations.contains(name) { continue }
            if try readNumberKeyword(name, value, place, &keywords) { continue }
            if try readSchemaKeyword(name, value, place, &keywords) { continue }
            try readOtherKeyword(name, value, place, &keywords)
        }
        return JSONSchemaNode(keywords)
    }

    private func readNumberKeyword(
        _ name: String, _ value: JSONValue, _ place: JSONPointer, _ keywords: inout JSONSchemaNode.Keywords
    ) throws(JSONSchemaError) -> Bool {
        switch name {
        case "minimum": keywords.minimum = try number(value, place)
        case "maximum": keywords.maximum = try number(value, place)
        case "exclusiveMinimum": keywords.exclusiveMinimum = try number(value, place)
        case "exclusiveMaximum": keywords.exclusiveMaximum = try number(value, place)
        case "multipleOf":
            keywords.multipleOf = try number(value, place)
            guard let divisor = value.doubleValue, divisor > 0 else { throw JSONSchemaError(place, "must be above 0") }
        case "minLength": keywords.minLength = try count(value, place)
        case "maxLength": keywords.maxLength = try count(value, place)
        case "minItems": keywords.minItems = try count(value, place)
        case "maxItems": keywords.maxItems = try count(value, place)
        case "minProperties": keywords.minProperties = try count(value, place)
        case "maxProperties": keywords.maxProperties = try count(value, place)
        default: return false
        }
        return true
    }

    private mutating func readSchemaKeyword(
        _ name: String, _ value: JSONValue, _ place: JSONPointer, _ keywords: inout JSONSchemaNode.Keywords
    ) throws(JSONSchemaError) -> Bool {
        switch name {
        case "items": keywords.items = try read(value, place)
        case "additionalProperties": keywords.additionalProperties = try read(value, place)
        case "propertyNames": keywords.propertyNames = try read(value, place)
        case "not": keywords.not = try read(value, place)
        case "anyOf": keywords.anyOf = try readList(value, place)
        case "oneOf": keywords.oneOf = try readList(value, place)
        case "allOf": keywords.allOf = try readList(value, place)
        case "properties": keywords.properties = try readMap(value, place)
        case "$defs":
            guard place.tokens.count == 1 else { throw JSONSchemaError(place, "$defs is understood at the root only") }
            definitions = try readMap(value, place)
        default: return false
        }
        return true
    }

    private mutating func readOtherKeyword(
        _ name: String, _ value: JSONValue, _ place: JSONPointer, _ keywords: inout JSONSchemaNode.Keywords
    ) throws(JSONSchemaError) {
        switch name {
        case "type":
            keywords.types = if case .string(let type) = value { [type] } else { try strings(value, place) }
            guard !keywords.types.isEmpty else { throw JSONSchemaError(place, "must name a type") }
            for type in keywords.types where !Self.types.contains(type) {
                throw JSONSchemaError(place, "unknown type \(JSONValue.string(type).serialized())")
            }
        case "required":
            keywords.required = try strings(value, place)
        case "enum":
            guard let values = value.arrayValue, !values.isEmpty else { throw JSONSchemaError(place, "must be a list of values") }
            keywords.enumeration = (keywords.enumeration ?? values).filter { value in values.contains { $0.isSameNumberOrValue(as: value) }
            }
        case "const":
            // A list of one. "const" comes before "enum" in the order of reading.
            keywords.enumeration = [value]
        case "uniqueItems":
            guard let isUnique = value.boolValue else { throw JSONSchemaError(place, "must be a boolean, is \(value.typeName)") }
            keywords.uniqueItems = isUnique
        case "pattern":
            guard let pattern = value.stringValue else { throw JSONSchemaError(place, "must be a string, is \(value.typeName)") }
            guard (try? Regex(pattern)) != nil else {
                // The parser's own words speak of Swift's syntax trees; the pattern says more to whoever wrote it.
                throw JSONSchemaError(place, "\(value.serialized()) is not a regular expression")
            }
            keywords.pattern = pattern
        case "$ref":
            keywords.reference = try reference(value, place)
        default:
            throw JSONSchemaError(place, "unknown keyword \(JSONValue.string(name).serialized())")
        }
    }

    private mutating func reference(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> JSONSchemaNode.Reference {
        guard let text = value.stringValue else { throw JSONSchemaError(place, "must be a string, is \(value.typeName)") }
        if text == "#" { return .root }
        guard text.hasPrefix("#/"), let pointer = try? JSONPointer(String(text.dropFirst())), pointer.tokens.count == 2,
            pointer.tokens[0] == "$defs"
        else { throw JSONSchemaError(place, "only \"#\" and \"#/$defs/NAME\" can be referred to, not \(value.serialized())") }
        references.append((pointer.tokens[1], place))
        return .definition(pointer.tokens[1])
    }

    private mutating func readList(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> [JSONSchemaNode] {
        guard let values = value.arrayValue, !values.isEmpty else { throw JSONSchemaError(place, "must be a list of schemas") }
        var nodes: [JSONSchemaNode] = []
        for (index, value) in values.enumerated() { nodes.append(try read(value, place.appending(index))) }
        return nodes
    }

    private mutating func readMap(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> [String: JSONSchemaNode] {
        guard let members = value.objectValue else { throw JSONSchemaError(place, "must be an object, is \(value.typeName)") }
        var nodes: [String: JSONSchemaNode] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) { nodes[name] = try read(value, place.appending(name)) }
        return nodes
    }

    private func number(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> JSONValue {
        guard value.doubleValue != nil else { throw JSONSchemaError(place, "must be a number, is \(value.typeName)") }
        return value
    }

    private func count(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> Int {
        guard let count = value.intValue, count >= 0 else {
            throw JSONSchemaError(place, "must be an integer that is not negative, is \(value.serialized())")
        }
        return count
    }

    private func strings(_ value: JSONValue, _ place: JSONPointer) throws(JSONSchemaError) -> [String] {
        let texts = value.arrayValue?.map(\.stringValue) ?? [nil]
        guard !texts.contains(nil) else { throw JSONSchemaError(place, "must be a list of strings") }
        let strings = texts.compactMap(\.self)
        guard Set(strings).count == strings.count else { throw JSONSchemaError(place, "names something twice") }
        return strings
    }
}
