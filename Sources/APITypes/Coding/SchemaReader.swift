package import JSON

/// Finds the schemas of models: it lets each read itself from a decoder that notes what is asked for.
///
/// So a schema says exactly what the coder does. Structures are collected by name, for `#/components/schemas/NAME`.
package struct SchemaReader {
    /// The structures that were met, by name.
    package private(set) var components: [String: JSONValue] = [:]

    /// No structures yet.
    package init() {}

    /// The schema of a type; structures in it become components and references to them.
    package mutating func schema(_ type: any Decodable.Type) throws -> JSONValue {
        let collector = Collector(components)
        let schema = try collector.schema(type)
        components = collector.components
        return schema
    }
}

/// What is known while types read themselves.
final class Collector {
    var components: [String: JSONValue]

    init(_ components: [String: JSONValue]) {
        self.components = components
    }

    func schema(_ type: any Decodable.Type) throws -> JSONValue {
        if let scalar = type as? any APIValue.Type { return scalar.schema }
        if let list = type as? any AnyList.Type { return ["type": "array", "items": try schema(list.elementType)] }
        if let map = type as? any StringMap.Type { return ["type": "object", "additionalProperties": try schema(map.valueType)] }
        switch type {
        case is String.Type: return ["type": "string"]
        case is Bool.Type: return ["type": "boolean"]
        case is Double.Type, is Float.Type: return ["type": "number"]
        case is any FixedWidthInteger.Type: return ["type": "integer"]
        default: break
        }
        let name = String(describing: type)
        let reference: JSONValue = ["$ref": .string("#/components/schemas/\(name)")]
        guard components[name] == nil else { return reference }
        components[name] = [:]
        let fields = Fields()
        _ = try type.init(from: SchemaDecoder(collector: self, fields: fields))
        var schema: JSONValue = ["type": "object", "properties": .object(fields.properties)]
        if !fields.required.isEmpty { schema["required"] = .array(fields.required.map { .string($0) }) }
        components[name] = schema
        return reference
    }

    /// A value that does for any that could have been there.
    func sample<T: Decodable>(_ type: T.Type) throws -> T {
        if let scalar = type as? any APIValue.Type, let value = scalar.sample as? T { return value }
        if let list = type as? any AnyList.Type, let value = list.emptyList as? T { return value }
        if let map = type as? any StringMap.Type, let value = map.emptyMap as? T { return value }
        return try T(from: SchemaDecoder(collector: self, fields: Fields()))
    }
}

/// The fields of one structure.
final class Fields {
    var properties: [String: JSONValue] = [:]
    var required: [String] = []

    func note(_ key: any CodingKey, _ schema: JSONValue, isRequired: Bool) {
        let name = SnakeCase.name(key.stringValue)
        properties[name] = schema
        if isRequired { required.append(name) }
    }
}

private struct SchemaDecoder: Decoder {
    let collector: Collector
    let fields: Fields
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(FieldReader(collector: collector, fields: fields))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notAModel() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw notAModel() }
}

private func notAModel() -> FieldError {
    FieldError("", "models of the API are structures of fields, and types that are an APIValue")
}

private struct FieldReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let collector: Collector
    let fields: Fields
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    private func note<T: Decodable>(_ type: T.Type, _ key: Key) throws {
        fields.note(key, try collector.schema(type), isRequired: true)
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try note(type, key)
        return try collector.sample(type)
    }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try note(type, key)
        return false
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try note(type, key)
        return ""
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try note(type, key)
        return 0
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try note(type, key)
        return 0
    }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try note(type, key)
        return 0
    }

    private func noteOptional<T: Decodable>(_ type: T.Type, _ key: Key) throws {
        var schema = try collector.schema(type)
        // Nothing said may also be said as null, as clients written in Go do for empty lists.
        if let name = schema["type"]?.stringValue, schema["enum"] == nil { schema["type"] = [.string(name), "null"] }
        fields.note(key, schema, isRequired: false)
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try noteOptional(type, key)
        return nil
    }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try noteOptional(type, key)
        return nil
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try noteOptional(type, key)
        return nil
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try noteOptional(type, key)
        return nil
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try noteOptional(type, key)
        return nil
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try noteOptional(type, key)
        return nil
    }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type, forKey key: Key) throws -> KeyedDecodingContainer<NestedKey> {
        throw notAModel()
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw notAModel() }
    func superDecoder() throws -> any Decoder { throw notAModel() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw notAModel() }
}
