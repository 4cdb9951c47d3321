import PluginABI

extension berth_str {
    /// A copy of the text; nil if it is absent. A host checks its texts, so what is not UTF-8 is repaired, not refused.
    var string: String? {
        guard let ptr else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: ptr, count: Int(len)), as: UTF8.self)
    }

    /// A copy that stays for ever, for tables the host may read at any time.
    static func permanent(_ text: String) -> berth_str {
        var text = text
        return text.withUTF8 { utf8 in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, utf8.count))
            for (index, byte) in utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
            return berth_str(ptr: copy, len: UInt64(utf8.count))
        }
    }
}

extension berth_bytes {
    /// A copy of the bytes; nil if they are absent.
    var array: [UInt8]? {
        guard let ptr else { return nil }
        return [UInt8](UnsafeRawBufferPointer(start: ptr, count: Int(len)))
    }
}

extension Optional where Wrapped == String {
    /// Calls `body` with the text as it crosses the border, valid during the call.
    func withABI<R>(_ body: (berth_str) -> R) -> R {
        guard var text = self else { return body(berth_str()) }
        return text.withUTF8 { utf8 in
            // An empty text has no bytes to point at, but must not look absent.
            let start = utf8.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(bitPattern: 1)!
            return body(berth_str(ptr: start.assumingMemoryBound(to: CChar.self), len: UInt64(utf8.count)))
        }
    }
}

extension String {
    /// Calls `body` with the text as it crosses the border, valid during the call.
    func withABI<R>(_ body: (berth_str) -> R) -> R { Optional(self).withABI(body) }
}

extension [UInt8] {
    /// Calls `body` with the bytes as they cross the border, valid during the call.
    func withABI<R>(_ body: (berth_bytes) -> R) -> R {
        withUnsafeBufferPointer { buffer in
            body(berth_bytes(ptr: buffer.baseAddress ?? UnsafePointer(bitPattern: 1)!, len: UInt64(buffer.count)))
        }
    }
}
