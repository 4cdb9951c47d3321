package import Scalars
package import JSON

extension String: DatabaseValue {
    package static var databaseType: DatabaseType { .text }
    package var databaseBytes: [UInt8]? { Array(utf8) }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        // Beyond the types that come with PostgreSQL there are enumerations, which travel as text.
        guard [18, 19, 25, 114, 1042, 1043].contains(type) || type >= 16384 else { throw .type(type, "text") }
        self = String(decoding: bytes, as: UTF8.self)
    }
}

extension Int: DatabaseValue {
    package static var databaseType: DatabaseType { .integer }
    package var databaseBytes: [UInt8]? { Int64(self).bigEndianBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        self = Int(try Int64(databaseBytes: bytes, type: type))
    }
}

extension Int64: DatabaseValue {
    package static var databaseType: DatabaseType { .integer }
    package var databaseBytes: [UInt8]? { bigEndianBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        switch type {
        case 20: self = try Int64(bigEndian: bytes.load("bigint"))
        case 23: self = Int64(Int32(bigEndian: try bytes.load("integer")))
        case 21: self = Int64(Int16(bigEndian: try bytes.load("smallint")))
        case 26: self = Int64(UInt32(bigEndian: try bytes.load("oid")))
        default: throw .type(type, "an integer")
        }
    }
}

extension Int32: DatabaseValue {
    package static var databaseType: DatabaseType { .integer }
    package var databaseBytes: [UInt8]? { Int64(self).bigEndianBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let value = Int32(exactly: try Int64(databaseBytes: bytes, type: type)) else { throw ValueMismatch("does not fit 32 bits") }
        self = value
    }
}

extension Double: DatabaseValue {
    package static var databaseType: DatabaseType { .double }
    package var databaseBytes: [UInt8]? { bitPattern.bigEndianBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        switch type {
        case 701: self = Double(bitPattern: UInt64(bigEndian: try bytes.load("double precision")))
        case 700: self = Double(Float(bitPattern: UInt32(bigEndian: try bytes.load("real"))))
        default: throw .type(type, "a floating-point number")
        }
    }
}

extension Bool: DatabaseValue {
    package static var databaseType: DatabaseType { .boolean }
    package var databaseBytes: [UInt8]? { [self ? 1 : 0] }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        guard type == 16 else { throw .type(type, "boolean") }
        self = try bytes.load("boolean") as UInt8 != 0
    }
}

extension UUID: DatabaseValue {
    package static var databaseType: DatabaseType { .uuid }
    package var databaseBytes: [UInt8]? { bytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        guard type == 2950 else { throw .type(type, "uuid") }
        guard let value = UUID(bytes: bytes) else { throw .size("uuid") }
        self = value
    }
}

extension Timestamp: DatabaseValue {
    /// From 1970 to 2000, where PostgreSQL begins to count.
    private static let offset: Int64 = 946_684_800_000_000

    package static var databaseType: DatabaseType { .timestamp }
    package var databaseBytes: [UInt8]? { microseconds.subtractingReportingOverflow(Self.offset).partialValue.bigEndianBytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        guard type == 1184 else { throw .type(type, "timestamptz") }
        let (value, overflow) = Int64(bigEndian: try bytes.load("timestamptz")).addingReportingOverflow(Self.offset)
        guard !overflow, value != .min + Self.offset else { throw ValueMismatch("is an infinite time") }
        self.init(microseconds: value)
    }
}

extension JSONValue: DatabaseValue {
    package static var databaseType: DatabaseType { .json }
    // The byte is the version of the binary form.
    package var databaseBytes: [UInt8]? { [1] + Array(serialized().utf8) }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard var bytes else { throw .null }
        switch type {
        case 3802:
            guard bytes.first == 1 else { throw ValueMismatch("is jsonb of an unknown form") }
            bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        case 114: break
        default: throw .type(type, "jsonb")
        }
        do { self = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self)) } catch {
            throw ValueMismatch("is JSON that cannot be read: \(error)")
        }
    }
}

/// Bytes, as `bytea` keeps them; an array of numbers is an array.
package struct Bytes: DatabaseValue, Hashable {
    package var bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static var databaseType: DatabaseType { .bytes }
    package var databaseBytes: [UInt8]? { bytes }
    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        guard type == 17 else { throw .type(type, "bytea") }
        self.bytes = Array(bytes)
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension UnsafeRawBufferPointer {
    /// A number that fills the buffer, in the order of bytes it travels in.
    func load<T: BitwiseCopyable>(_ name: String) throws(ValueMismatch) -> T {
        guard count == MemoryLayout<T>.size else { throw .size(name) }
        return loadUnaligned(as: T.self)
    }
}
