/// Arrays of one dimension.
extension Array: DatabaseValue where Element: DatabaseValue {
    package static var databaseType: DatabaseType {
        // An array of arrays has no identifier of its own; the server refuses it.
        DatabaseType(identifier: Element.databaseType.arrayIdentifier, arrayIdentifier: 0)
    }

    package var databaseBytes: [UInt8]? {
        let elements = map(\.databaseBytes)
        var bytes = Int32(isEmpty ? 0 : 1).bigEndianBytes + Int32(elements.contains { $0 == nil } ? 1 : 0).bigEndianBytes
        bytes += Element.databaseType.elementIdentifier.bigEndianBytes
        guard !isEmpty else { return bytes }
        bytes += Int32(count).bigEndianBytes + Int32(1).bigEndianBytes
        for element in elements {
            bytes += Int32(element?.count ?? -1).bigEndianBytes
            bytes += element ?? []
        }
        return bytes
    }

    package init(databaseBytes bytes: UnsafeRawBufferPointer?, type: UInt32) throws(ValueMismatch) {
        guard let bytes else { throw .null }
        var reader = ArrayReader(rest: bytes)
        // Its third number is the type of the elements; whoever has an array's bytes but is no array fails here or there.
        let dimensions = try reader.integer()
        _ = try reader.integer()
        let element = UInt32(bitPattern: try reader.integer())
        self = []
        guard dimensions != 0 else { return }
        guard dimensions == 1 else { throw ValueMismatch("is no array of one dimension") }
        let count = try reader.integer()
        _ = try reader.integer()
        guard count >= 0, Int(count) <= bytes.count / 4 else { throw .size("an array") }
        reserveCapacity(Int(count))
        for _ in 0..<count {
            let size = try reader.integer()
            append(try Element(databaseBytes: size < 0 ? nil : reader.take(Int(size)), type: element))
        }
    }
}

private struct ArrayReader {
    var rest: UnsafeRawBufferPointer

    mutating func take(_ count: Int) throws(ValueMismatch) -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw .size("an array") }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    mutating func integer() throws(ValueMismatch) -> Int32 { Int32(bigEndian: try take(4).load("an integer")) }
}
