import JSON

/// One value that is being read.
struct ValueDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: JSONValue, path: [any CodingKey]) {
        self.value = value
        codingPath = path
    }

    func decoded<T: Decodable>(_ type: T.Type) throws -> T {
        // Asked first: a type may have a way of its own to be read by other coders.
        if let scalar = type as? any APIValue.Type, let result = try self.scalar(scalar) as? T { return result }
        if let map = type as? any StringMap.Type {
            guard case .object(let members) = value else { throw mismatch("an object") }
            guard let result = try map.decoded(from: members, path: codingPath) as? T else { throw mismatch("an object") }
            return result
        }
        return try T(from: self)
    }

    func scalar<T: APIValue>(_ type: T.Type) throws -> T {
        if let result = T(json: value) { return result }
        if let allowed = T.schema["enum"]?.arrayValue, value.stringValue != nil {
            throw FieldError(codingPath, "must be one of \(allowed.compactMap(\.stringValue).joined(separator: ", "))")
        }
        let format = T.schema["format"]?.stringValue ?? T.schema["type"]?.stringValue ?? "of another type"
        throw mismatch(["uuid": "a UUID", "date-time": "a moment as 2026-01-02T03:04:05Z"][format] ?? format)
    }

    func mismatch(_ wanted: String) -> FieldError { FieldError(codingPath, "must be \(wanted), is \(value.typeName)") }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(KeyedReader(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch("an array") }
        return ListReader(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { ScalarReader(decoder: self) }

    func bool() throws -> Bool {
        guard let value = value.boolValue else { throw mismatch("a boolean") }
        return value
    }
    func string() throws -> String {
        guard let value = value.stringValue else { throw mismatch("text") }
        return value
    }
    func double() throws -> Double {
        guard let value = value.doubleValue else { throw mismatch("a number") }
        return value
    }
    func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        switch value {
        case .integer(let value):
            guard let result = T(exactly: value) else { throw FieldError(codingPath, "is out of range") }
            return result
        case .unsigned(let value):
            guard let result = T(exactly: value) else { throw FieldError(codingPath, "is out of range") }
            return result
        default: throw mismatch("an integer")
        }
    }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let codingPath: [any CodingKey]
    var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { members[SnakeCase.name(key.stringValue)] != nil }
    func decodeNil(forKey key: Key) -> Bool { members[SnakeCase.name(key.stringValue)]?.isNull ?? true }

    private func at(_ key: Key) throws -> ValueDecoder {
        guard let value = members[SnakeCase.name(key.stringValue)] else { throw FieldError(codingPath + [key], "is required") }
        return ValueDecoder(value, path: codingPath + [key])
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try at(key).decoded(type) }
    /// Clients written in Go send "" for an enumeration that they leave out.
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let value = members[SnakeCase.name(key.stringValue)], !value.isNull else { return nil }
        if value.stringValue == "", let name = type as? any APIEnum.Type, name.init(json: "") == nil { return nil }
        return try decode(type, forKey: key)
    }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try at(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try at(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try at(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try at(key).double()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try at(key).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try at(key).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try at(key).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try at(key).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try at(key).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try at(key).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try at(key).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try at(key).integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try at(key).integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try at(key).integer(type) }
    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type, forKey key: Key) throws -> KeyedDecodingContainer<NestedKey> {
        try at(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try at(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { ValueDecoder(.object(members), path: codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try at(key) }
}

private struct ListReader: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() throws -> ValueDecoder {
        guard !isAtEnd else { throw FieldError(codingPath, "has too few elements") }
        defer { currentIndex += 1 }
        return ValueDecoder(elements[currentIndex], path: codingPath + [FieldKey(intValue: currentIndex)])
    }
    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decoded(type) }
    mutating func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) throws -> KeyedDecodingContainer<NestedKey> {
        try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct ScalarReader: SingleValueDecodingContainer {
    let decoder: ValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    func decodeNil() -> Bool { decoder.value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool() }
    func decode(_ type: String.Type) throws -> String { try decoder.string() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try decoder.double()) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decoded(type) }
}
