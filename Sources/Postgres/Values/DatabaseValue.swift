/// A value that PostgreSQL can keep: of which type it is there, and how it travels.
///
/// Enumerations with text as raw values, and identifiers around a ``UUID``, need nothing but the conformance.
package protocol DatabaseValue: Sendable {
    static var databaseType: DatabaseType { get }
    /// Nil for NULL.
    var databaseBytes: [UInt8]? { get }
    /// - Parameter bytes: nil for NULL.
    init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch)
}

/// A type of PostgreSQL as parameters name it.
package struct DatabaseType: Sendable {
    /// Zero leaves it to the server to find the type from where the parameter stands.
    var identifier: UInt32
    var arrayIdentifier: UInt32
    /// Text travels as text, so that it fits wherever the server takes text: enumerations, addresses, intervals.
    var isText: Bool { identifier == 0 }

    static let text = DatabaseType(identifier: 0, arrayIdentifier: 1009)
    static let boolean = DatabaseType(identifier: 16, arrayIdentifier: 1000)
    static let bytes = DatabaseType(identifier: 17, arrayIdentifier: 1001)
    static let integer = DatabaseType(identifier: 20, arrayIdentifier: 1016)
    static let double = DatabaseType(identifier: 701, arrayIdentifier: 1022)
    static let timestamp = DatabaseType(identifier: 1184, arrayIdentifier: 1185)
    static let uuid = DatabaseType(identifier: 2950, arrayIdentifier: 2951)
    static let json = DatabaseType(identifier: 3802, arrayIdentifier: 3807)

    /// The identifier of an element within an array.
    var elementIdentifier: UInt32 { isText ? 25 : identifier }

    /// What people call it, for messages.
    static func name(_ identifier: UInt32) -> String {
        let names: [UInt32: String] = [
            16: "boolean", 17: "bytea", 18: "char", 19: "name", 20: "bigint", 21: "smallint", 23: "integer", 25: "text", 26: "oid",
            114: "json",
            700: "real", 701: "double precision", 1042: "character", 1043: "character varying", 1082: "date",
            1114: "timestamp without time zone",
            1184: "timestamptz", 1186: "interval", 1700: "numeric", 869: "inet", 2950: "uuid", 3802: "jsonb", 1000: "boolean[]",
            1001: "bytea[]",
            1007: "integer[]", 1009: "text[]", 1016: "bigint[]", 1185: "timestamptz[]", 2951: "uuid[]", 3807: "jsonb[]", 2278: "void",
        ]
        return names[identifier] ?? "type \(identifier)"
    }
}

/// Why a value is not what it was read as; the row adds column and statement.
package struct ValueMismatch: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    static func type(_ type: UInt32, _ wanted: String) -> ValueMismatch {
        let hint = type == 1700 || type == 1186 || type == 869 || type == 1082 || type == 1114 ? "; cast it in the statement" : ""
        return ValueMismatch("is \(DatabaseType.name(type)), not \(wanted)\(hint)")
    }

    static let null = ValueMismatch("is NULL")
    static func size(_ wanted: String) -> ValueMismatch { ValueMismatch("has not the size of \(wanted)") }
}

extension Optional: DatabaseValue where Wrapped: DatabaseValue {
    package static var databaseType: DatabaseType { Wrapped.databaseType }
    package var databaseBytes: [UInt8]? { flatMap { $0.databaseBytes } }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        self = bytes == nil ? nil : try Wrapped(databaseBytes: bytes, type: type)
    }
}

extension DatabaseValue where Self: RawRepresentable, RawValue: DatabaseValue {
    package static var databaseType: DatabaseType { RawValue.databaseType }
    package var databaseBytes: [UInt8]? { rawValue.databaseBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        let raw = try RawValue(databaseBytes: bytes, type: type)
        guard let value = Self(rawValue: raw) else { throw ValueMismatch("is no \(Self.self)") }
        self = value
    }
}
