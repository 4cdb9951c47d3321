import JSON

/// One value that is being written.
final class ValueEncoder: Encoder {
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    /// What was written; an object or array while it grows.
    var result: JSONValue?
    fileprivate var members: Members?

    init(path: [any CodingKey]) {
        codingPath = path
    }

    func encoded(_ value: some Encodable) throws -> JSONValue {
        if let scalar = value as? any APIValue { return scalar.json }
        if let map = value as? any StringMap { return try map.encodedMembers(path: codingPath) }
        try value.encode(to: self)
        if let members { return members.value }
        return result ?? .object([:])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let members = self.members ?? Members(isObject: true)
        self.members = members
        return KeyedEncodingContainer(KeyedWriter(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let members = self.members ?? Members(isObject: false)
        self.members = members
        return ListWriter(members: members, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        ScalarWriter(encoder: self)
    }
}

/// What a container fills.
private final class Members {
    let isObject: Bool
    var object: [String: JSONValue] = [:]
    var array: [JSONValue] = []
    init(isObject: Bool) { self.isObject = isObject }
    var value: JSONValue { isObject ? .object(object) : .array(array) }
}

/// Structures inside structures are written by encoders of their own; containers that are opened by hand are not supported.
private func unsupported(_ path: [any CodingKey]) -> Never {
    preconditionFailure("models of the API are structures of fields; none opens containers by hand")
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let members: Members
    let codingPath: [any CodingKey]

    private func put(_ value: JSONValue, _ key: Key) { members.object[SnakeCase.name(key.stringValue)] = value }

    func encodeNil(forKey key: Key) { put(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { put(.string(value), key) }
    func encode(_ value: Double, forKey key: Key) { put(.number(value), key) }
    func encode(_ value: Int, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: Int64, forKey key: Key) { put(.integer(value), key) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        put(try ValueEncoder(path: codingPath + [key]).encoded(value), key)
    }
    func nestedContainer<NestedKey: CodingKey>(keyedBy: NestedKey.Type, forKey key: Key) -> KeyedEncodingContainer<NestedKey> {
        unsupported(codingPath)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { unsupported(codingPath) }
    func superEncoder() -> any Encoder { unsupported(codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { unsupported(codingPath) }
}

private struct ListWriter: UnkeyedEncodingContainer {
    let members: Members
    let codingPath: [any CodingKey]
    var count: Int { members.array.count }

    func encodeNil() { members.array.append(.null) }
    func encode(_ value: Bool) { members.array.append(.bool(value)) }
    func encode(_ value: String) { members.array.append(.string(value)) }
    func encode(_ value: Double) { members.array.append(.number(value)) }
    func encode(_ value: Int) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: Int64) { members.array.append(.integer(value)) }
    func encode<T: Encodable>(_ value: T) throws {
        members.array.append(try ValueEncoder(path: codingPath + [FieldKey(intValue: count)]).encoded(value))
    }
    func nestedContainer<NestedKey: CodingKey>(keyedBy: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> { unsupported(codingPath) }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { unsupported(codingPath) }
    func superEncoder() -> any Encoder { unsupported(codingPath) }
}

private struct ScalarWriter: SingleValueEncodingContainer {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.result = .null }
    func encode(_ value: Bool) { encoder.result = .bool(value) }
    func encode(_ value: String) { encoder.result = .string(value) }
    func encode(_ value: Double) { encoder.result = .number(value) }
    func encode(_ value: Int) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int64) { encoder.result = .integer(value) }
    func encode<T: Encodable>(_ value: T) throws { encoder.result = try ValueEncoder(path: codingPath).encoded(value) }
}

// The integers that no model has; `Int` and `Int64` say what JSON can say everywhere.
extension KeyedWriter {
    func encode(_ value: Float, forKey key: Key) { put(.number(Double(value)), key) }
    func encode(_ value: Int8, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: Int16, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: Int32, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: UInt, forKey key: Key) { put(JSONValue(UInt64(value)), key) }
    func encode(_ value: UInt8, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: UInt16, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: UInt32, forKey key: Key) { put(.integer(Int64(value)), key) }
    func encode(_ value: UInt64, forKey key: Key) { put(JSONValue(value), key) }
}

extension ListWriter {
    func encode(_ value: Float) { members.array.append(.number(Double(value))) }
    func encode(_ value: Int8) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: Int16) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: Int32) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: UInt) { members.array.append(JSONValue(UInt64(value))) }
    func encode(_ value: UInt8) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: UInt16) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: UInt32) { members.array.append(.integer(Int64(value))) }
    func encode(_ value: UInt64) { members.array.append(JSONValue(value)) }
}

extension ScalarWriter {
    func encode(_ value: Float) { encoder.result = .number(Double(value)) }
    func encode(_ value: Int8) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int16) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int32) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: UInt) { encoder.result = JSONValue(UInt64(value)) }
    func encode(_ value: UInt8) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: UInt16) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: UInt32) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: UInt64) { encoder.result = JSONValue(value) }
}
