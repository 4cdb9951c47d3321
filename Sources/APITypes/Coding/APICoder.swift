package import JSON

/// Models as JSON and back: fields in snake case, what is nil left out.
///
/// Models are `Codable` structures, so that the fields are written down once. The coder is ours because its JSON is, and because the
/// schemas in the OpenAPI document come from the same declarations; see ``SchemaReader``.
package enum APICoder {
    /// The model as JSON.
    package static func encode(_ model: some Encodable) throws -> JSONValue {
        try ValueEncoder(path: []).encoded(model)
    }

    /// The model as bytes.
    package static func bytes(_ model: some Encodable) throws -> [UInt8] {
        try encode(model).serializedBytes()
    }

    /// The model that the JSON spells. Fields that the model does not have are passed over, as other clients may know more.
    ///
    /// - Throws: ``FieldError`` for the first field that is missing or wrong.
    package static func decode<Model: Decodable>(_ type: Model.Type, from json: JSONValue) throws -> Model {
        try ValueDecoder(json, path: []).decoded(type)
    }
}

/// Dictionaries are maps of the caller's names, not structures of ours.
protocol StringMap {
    static var valueType: any Decodable.Type { get }
    static func decoded(from members: [String: JSONValue], path: [any CodingKey]) throws -> Any
    func encodedMembers(path: [any CodingKey]) throws -> JSONValue
    static var emptyMap: Any { get }
}

extension Dictionary: StringMap where Key == String, Value: Codable {
    static var valueType: any Decodable.Type { Value.self }
    static var emptyMap: Any { Self() }
    static func decoded(from members: [String: JSONValue], path: [any CodingKey]) throws -> Any {
        var result: Self = [:]
        for (name, value) in members {
            result[name] = try ValueDecoder(value, path: path + [FieldKey(stringValue: name)]).decoded(Value.self)
        }
        return result
    }
    func encodedMembers(path: [any CodingKey]) throws -> JSONValue {
        .object(try mapValues { try ValueEncoder(path: path).encoded($0) })
    }
}

/// Arrays say of what, so that a schema needs no element.
protocol AnyList {
    static var elementType: any Decodable.Type { get }
    static var emptyList: Any { get }
}

extension Array: AnyList where Element: Decodable {
    static var elementType: any Decodable.Type { Element.self }
    static var emptyList: Any { Self() }
}
