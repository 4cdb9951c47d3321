import Glibc
import PluginABI
import PluginLoading
import Testing

@Suite struct BorderTests {
    @Test(
        "log messages are cut between code points",
        arguments: [
            ("abc", 2, "ab"), ("abc", 3, "abc"), ("aé", 2, "a"), ("aé", 3, "aé"), ("é", 1, ""), ("a€", 2, "a"), ("a€", 3, "a"),
            ("a€", 4, "a€"),
            ("a€b", 4, "a€"), ("😀", 1, ""), ("😀", 2, ""), ("😀", 3, ""), ("😀", 4, "😀"), ("x😀y", 4, "x"), ("x😀y", 5, "x😀"), ("ééé", 5, "éé"),
            ("abc", 0, ""),
        ])
    func cut(text: String, limit: Int, expected: String) {
        #expect(read(Array(text.utf8), limit: limit) == expected)
    }

    @Test(
        "log messages are repaired where they are not UTF-8",
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xE2, 0x82], "\u{FFFD}"), ([0x80, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xE9, 0x74, 0xE9], "\u{FFFD}t\u{FFFD}"), ([], ""),
        ] as [([UInt8], String)])
    func repaired(bytes: [UInt8], expected: String) {
        #expect(read(bytes, limit: 100) == expected)
        // Anywhere else such text is refused.
        let isRefused =
            bytes.withUnsafeBytes { bytes in
                let text = berth_str(ptr: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: UInt64(bytes.count))
                do { _ = try readText(text, "text", limit: 100) } catch { return true }
                return false
            }
        #expect(isRefused == expected.contains("\u{FFFD}"))
    }

    @Test("a text of nothing but continuation bytes is cut without running off its beginning")
    func onlyContinuations() {
        for count in 1...8 {
            for limit in 0...count { #expect(read(Array(repeating: 0x80, count: count), limit: limit).count <= limit) }
        }
    }

    @Test("NULL with a length, and a length past the limit, are refused; NULL with none is absent, a pointer with none is empty")
    func absent() throws {
        #expect(try readText(berth_str(), "text", limit: 10) == nil)
        let empty = try "x".withCString { try readText(berth_str(ptr: $0, len: 0), "text", limit: 10) }
        #expect(empty == "")
        let missing = #expect(throws: BorderError.self) { try readText(berth_str(ptr: nil, len: 1), "text", limit: 10) }
        #expect(missing?.message == "text is NULL with length 1")
        let long = #expect(throws: BorderError.self) { try readBytes(berth_bytes(ptr: nil, len: .max), "state", limit: 10) }
        #expect(long?.message == "state is NULL with length 18446744073709551615")
        let huge = #expect(throws: BorderError.self) {
            try withUnsafeBytes(of: 0) { bytes in
                _ = try readBytes(
                    berth_bytes(ptr: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), len: .max), "state", limit: 10)
            }
        }
        #expect(huge?.message == "state has 18446744073709551615 bytes, more than 10")
    }

    @Test("of a text with an impossible length nothing is read")
    func impossibleLength() throws {
        // A page, and behind it one that nobody may touch.
        let size = Int(sysconf(Int32(_SC_PAGESIZE)))
        let pages = try #require(mmap(nil, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(pages, 2 * size) }
        try #require(mprotect(pages + size, size, PROT_NONE) == 0)
        let end = (pages + size - 4).assumingMemoryBound(to: CChar.self)
        #expect(readLogText(berth_str(ptr: end, len: .max), limit: 65_536) == "")
        #expect(readLogText(berth_str(ptr: end, len: 4), limit: 65_536).utf8.count == 4)
    }

    private func read(_ bytes: [UInt8], limit: Int) -> String {
        bytes.withUnsafeBytes { bytes in
            readLogText(berth_str(ptr: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: UInt64(bytes.count)), limit: limit)
        }
    }
}
