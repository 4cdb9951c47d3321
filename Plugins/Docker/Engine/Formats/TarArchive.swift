package import NIOCore

/// A tar archive that is being written: ustar, with pax headers for names that are too long for it.
package struct TarArchive: Sendable {
    private var buffer = ByteBuffer()

    package init() {}

    /// So many bytes so far.
    package var size: Int { buffer.readableBytes }

    package mutating func addDirectory(_ path: String, mode: Int = 0o755) { add(path + "/", "5", mode, [], "") }
    package mutating func addFile(_ path: String, mode: Int = 0o644, _ bytes: [UInt8]) { add(path, "0", mode, bytes, "") }
    package mutating func addLink(_ path: String, to target: String) { add(path, "2", 0o777, [], target) }

    /// The head of a file whose bytes come from elsewhere: they have to follow ``unfinished``, and then ``end(afterFileOf:)``.
    package mutating func addHead(ofFile path: String, mode: Int, sizeBytes: Int) { addHead(path, "0", mode, sizeBytes, "") }

    /// The archive so far, without its end.
    package var unfinished: ByteBuffer { buffer }

    /// What follows on the last file of an archive.
    package static func end(afterFileOf sizeBytes: Int) -> ByteBuffer { ByteBuffer(repeating: 0, count: padding(sizeBytes) + 1024) }

    /// The archive with its end.
    package func finished() -> ByteBuffer {
        var result = buffer
        result.writeRepeatingByte(0, count: 1024)
        return result
    }

    private mutating func add(_ path: String, _ kind: Character, _ mode: Int, _ bytes: [UInt8], _ link: String) {
        let records =
            (path.utf8.count > 100 ? Self.record("path", path) : "") + (link.utf8.count > 100 ? Self.record("linkpath", link) : "")
        if !records.isEmpty { addEntry("PaxHeader", "x", 0o644, Array(records.utf8), "") }
        addEntry(path, kind, mode, bytes, link)
    }

    private static func padding(_ sizeBytes: Int) -> Int { (512 - sizeBytes % 512) % 512 }

    private mutating func addEntry(_ path: String, _ kind: Character, _ mode: Int, _ bytes: [UInt8], _ link: String) {
        addHead(path, kind, mode, bytes.count, link)
        buffer.writeBytes(bytes)
        buffer.writeRepeatingByte(0, count: Self.padding(bytes.count))
    }

    private mutating func addHead(_ path: String, _ kind: Character, _ mode: Int, _ sizeBytes: Int, _ link: String) {
        var head = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Sequence<UInt8>, at offset: Int) { for (index, byte) in text.enumerated() { head[offset + index] = byte } }
        func octal(_ number: Int, _ digits: Int) -> String.UTF8View {
            let text = String(number, radix: 8)
            return (String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8
        }
        put(path.utf8.prefix(100), at: 0)
        put(octal(mode & 0o7777, 7), at: 100)
        for offset in [108, 116] { put(octal(0, 7), at: offset) }
        put(octal(sizeBytes, 11), at: 124)
        // Of no time, so that what is the same has the same bytes.
        put(octal(0, 11), at: 136)
        put("        ".utf8, at: 148)
        put(String(kind).utf8, at: 156)
        put(link.utf8.prefix(100), at: 157)
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(head.reduce(0) { $0 + Int($1) }, 6), at: 148)
        put([0, UInt8(ascii: " ")], at: 154)
        buffer.writeBytes(head)
    }

    /// A record of a pax header, whose length counts the digits that say it.
    private static func record(_ name: String, _ value: String) -> String {
        let rest = " \(name)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)\(rest)".utf8.count != length { length = "\(length)\(rest)".utf8.count }
        return "\(length)\(rest)"
    }
}
