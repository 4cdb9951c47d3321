package import PluginABI

/// A plugin's memory, read with suspicion: pointers may be null, sizes and text may lie.
package struct BorderError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, without the name of the plugin.
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

/// The struct behind a pointer, provided that its writer knew at least ABI 1.0.
///
/// - Throws: ``BorderError`` if the pointer is null or the size is less than the struct had in 1.0.
package func readStruct<T>(_ pointer: UnsafePointer<T>?, _ name: String, size: (T) -> UInt32) throws(BorderError) -> T {
    guard let pointer else { throw BorderError("\(name) is NULL") }
    guard UInt(bitPattern: pointer) % UInt(MemoryLayout<T>.alignment) == 0 else { throw BorderError("\(name) is not aligned") }
    // The size is the first field of every struct that may grow, so it can be read before anything else.
    let claimed = UnsafeRawPointer(pointer).load(as: UInt32.self)
    guard claimed >= MemoryLayout<T>.size else {
        throw BorderError("\(name).size is \(claimed), less than the \(MemoryLayout<T>.size) of ABI 1.0")
    }
    return pointer.pointee
}

/// Text from a plugin.
///
/// - Returns: nil if it is absent.
/// - Throws: ``BorderError`` if it is longer than `limit` bytes or not UTF-8.
package func readText(_ text: berth_str, _ name: String, limit: Int) throws(BorderError) -> String? {
    guard let pointer = text.ptr else {
        if text.len != 0 { throw BorderError("\(name) is NULL with length \(text.len)") }
        return nil
    }
    guard text.len <= UInt64(limit) else { throw BorderError("\(name) has \(text.len) bytes, more than \(limit)") }
    let bytes = UnsafeRawBufferPointer(start: pointer, count: Int(text.len))
    guard let string = String(validating: bytes, as: UTF8.self) else { throw BorderError("\(name) is not UTF-8") }
    return string
}

/// Text from a plugin that must be there.
package func readRequiredText(_ text: berth_str, _ name: String, limit: Int) throws(BorderError) -> String {
    guard let string = try readText(text, name, limit: limit), !string.isEmpty else { throw BorderError("\(name) is absent") }
    return string
}

/// Longer text cannot be meant: its length is a lie, and reading even a part of it may lead past the plugin's memory.
package let logTextSizeMaxBytes: UInt64 = 1 << 30

/// Text for a log: what is not UTF-8 is repaired, what is too long is cut on a code point, what has an impossible length is empty.
package func readLogText(_ text: berth_str, limit: Int) -> String {
    guard let pointer = text.ptr, text.len <= logTextSizeMaxBytes else { return "" }
    var count = Int(min(text.len, UInt64(limit)))
    let bytes = UnsafeRawBufferPointer(start: pointer, count: count)
    if UInt64(count) < text.len {
        // A continuation byte is 10xxxxxx; a sequence has at most three of them.
        var back = 0
        while back < 3, count - back > 0, bytes[count - back - 1] & 0xC0 == 0x80 { back += 1 }
        if count - back > 0, bytes[count - back - 1] >= 0xC0 {
            let lead = bytes[count - back - 1]
            let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
            if back + 1 < length { count -= back + 1 }
        }
    }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
}

/// Bytes from a plugin.
package func readBytes(_ bytes: berth_bytes, _ name: String, limit: Int) throws(BorderError) -> [UInt8] {
    guard let pointer = bytes.ptr else {
        if bytes.len != 0 { throw BorderError("\(name) is NULL with length \(bytes.len)") }
        return []
    }
    guard bytes.len <= UInt64(limit) else { throw BorderError("\(name) has \(bytes.len) bytes, more than \(limit)") }
    return [UInt8](UnsafeRawBufferPointer(start: pointer, count: Int(bytes.len)))
}

/// The elements of an array of growable structs.
package func readArray<T>(_ array: berth_array, of type: T.Type, _ name: String, limit: Int) throws(BorderError) -> [UnsafePointer<T>] {
    guard array.count > 0 else { return [] }
    guard array.count <= UInt32(limit) else { throw BorderError("\(name) has \(array.count) elements, more than \(limit)") }
    guard let items = array.items else { throw BorderError("\(name) is NULL with count \(array.count)") }
    guard array.stride >= MemoryLayout<T>.size, Int(array.stride) % MemoryLayout<T>.alignment == 0 else {
        throw BorderError("\(name) has stride \(array.stride), an element of ABI 1.0 has \(MemoryLayout<T>.size)")
    }
    return (0..<Int(array.count)).map { (items + $0 * Int(array.stride)).assumingMemoryBound(to: T.self) }
}

/// Memory handed to a plugin for as long as this object lives. Whoever passes its pointers on extends its lifetime by hand:
/// the compiler sees no use of it in them.
package final class Arena {
    private var blocks: [UnsafeMutableRawPointer] = []

    package init() {}

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// Uninitialised room for `count` values.
    package func allocate<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count * MemoryLayout<T>.stride), alignment: max(16, MemoryLayout<T>.alignment))
        blocks.append(block)
        return block.bindMemory(to: T.self, capacity: max(1, count))
    }

    /// A copy of a text; absent if nil.
    package func text(_ string: String?) -> berth_str {
        guard var string else { return berth_str() }
        return string.withUTF8 { utf8 in
            let copy = allocate(CChar.self, count: utf8.count)
            UnsafeMutableRawPointer(copy).copyMemory(from: utf8.baseAddress ?? UnsafePointer(bitPattern: 1)!, byteCount: utf8.count)
            return berth_str(ptr: copy, len: UInt64(utf8.count))
        }
    }

    /// A copy of bytes; absent if nil.
    package func bytes(_ array: [UInt8]?) -> berth_bytes {
        guard let array else { return berth_bytes() }
        let copy = allocate(UInt8.self, count: array.count)
        copy.initialize(from: array, count: array.count)
        return berth_bytes(ptr: copy, len: UInt64(array.count))
    }
}
