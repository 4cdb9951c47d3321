/// Writes tar in one form only: ustar, with pax headers for what is too long for it; nobody's, of no time.
enum TarWriter {
    static func write(_ entries: [TemplateArchive.Entry]) -> [UInt8] {
        var result: [UInt8] = []
        for entry in entries {
            switch entry.content {
            case .directory: add(entry.path + "/", kind: "5", mode: 0o755, [], &result)
            case .file(let bytes, let isExecutable): add(entry.path, kind: "0", mode: isExecutable ? 0o755 : 0o644, bytes, &result)
            case .link(let target): add(entry.path, kind: "2", mode: 0o777, [], link: target, &result)
            }
        }
        return result + [UInt8](repeating: 0, count: 1024)
    }

    private static func add(_ path: String, kind: Character, mode: Int, _ data: [UInt8], link: String = "", _ result: inout [UInt8]) {
        var records = ""
        if path.utf8.count > 100 { records += record("path", path) }
        if link.utf8.count > 100 { records += record("linkpath", link) }
        if !records.isEmpty { addBlock("PaxHeader", kind: "x", mode: 0o644, Array(records.utf8), link: "", &result) }
        addBlock(path, kind: kind, mode: mode, data, link: link, &result)
    }

    private static func addBlock(
        _ path: String, kind: Character, mode: Int, _ data: [UInt8], link: String, _ result: inout [UInt8]
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Collection<UInt8>, at offset: Int) { for (index, byte) in text.enumerated() { block[offset + index] = byte } }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        put(path.utf8.prefix(100), at: 0)
        put(octal(mode, 7).utf8, at: 100)
        for offset in [108, 116] { put(octal(0, 7).utf8, at: offset) }
        put(octal(data.count, 11).utf8, at: 124)
        put(octal(0, 11).utf8, at: 136)
        put("        ".utf8, at: 148)
        put(String(kind).utf8, at: 156)
        put(link.utf8.prefix(100), at: 157)
        put("ustar\u{0}00".utf8, at: 257)
        put((octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0 ").utf8, at: 148)
        result += block
        result += data
        result += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// A record, whose length counts the digits that say it.
    private static func record(_ name: String, _ value: String) -> String {
        let rest = " \(name)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)\(rest)".utf8.count != length { length = "\(length)\(rest)".utf8.count }
        return "\(length)\(rest)"
    }
}
