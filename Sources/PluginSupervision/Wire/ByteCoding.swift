/// Bytes being written: little-endian integers, counted texts.
package struct ByteWriter {
    package private(set) var bytes: [UInt8]

    package init(reserving count: Int = 256) {
        bytes = []
        bytes.reserveCapacity(count)
    }

    package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    package mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    package mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            write(UInt32(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    package mutating func write(_ array: [UInt8]) {
        write(UInt32(array.count))
        bytes.append(contentsOf: array)
    }

    package mutating func write<T>(_ value: T?, _ body: (inout ByteWriter, T) -> Void) {
        write(value != nil)
        if let value { body(&self, value) }
    }

    package mutating func write<T>(_ values: [T], _ body: (inout ByteWriter, T) -> Void) {
        write(UInt32(values.count))
        for value in values { body(&self, value) }
    }

    /// Overwrites four bytes that were written before.
    package mutating func patch(_ value: UInt32, at offset: Int) {
        withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
    }
}

/// A frame that does not hold what its type says.
package struct WireError: Error, CustomStringConvertible {
    package var description: String
}

/// Bytes being read; the other side is not trusted to have written them well.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// - Parameter bytes: must outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var isAtEnd: Bool { offset == bytes.count }

    package mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        guard bytes.count - offset >= size else { throw WireError(description: "a frame ends in the middle of a number") }
        defer { offset += size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    package mutating func readFlag() throws(WireError) -> Bool { try read(UInt8.self) != 0 }

    package mutating func readText() throws(WireError) -> String {
        let slice = try take()
        guard let text = String(validating: slice, as: UTF8.self) else { throw WireError(description: "a text in a frame is not UTF-8") }
        return text
    }

    package mutating func readBytes() throws(WireError) -> [UInt8] { [UInt8](try take()) }

    package mutating func readOptional<T>(_ body: (inout ByteReader) throws(WireError) -> T) throws(WireError) -> T? {
        try readFlag() ? try body(&self) : nil
    }

    package mutating func readArray<T>(_ body: (inout ByteReader) throws(WireError) -> T) throws(WireError) -> [T] {
        let count = try Int(read(UInt32.self))
        // Each element takes at least a byte, so a count that cannot be true is found before room is made for it.
        guard count <= bytes.count - offset else { throw WireError(description: "a frame promises \(count) elements and is shorter") }
        var values: [T] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    private mutating func take() throws(WireError) -> UnsafeRawBufferPointer {
        let count = try Int(read(UInt32.self))
        guard bytes.count - offset >= count else { throw WireError(description: "a frame ends in the middle of a text") }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
