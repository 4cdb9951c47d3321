/// What headers of their own say of the entry after them, because it has no room in its own header.
struct PaxRecords {
    private var own: [String: String] = [:]
    /// For all entries to come.
    private var global: [String: String] = [:]

    var path: String? { own["path"] ?? global["path"] }
    var linkPath: String? { own["linkpath"] ?? global["linkpath"] }
    var size: Int? { (own["size"] ?? global["size"]).map { Int($0) ?? -1 } }

    mutating func forgetEntry() { own = [:] }

    /// - Parameter kind: `x` and `g` of pax, `L` and `K` of GNU.
    mutating func add(_ kind: Character, _ data: ArraySlice<UInt8>, _ path: String) throws(TemplateArchiveError) {
        switch kind {
        case "L": own["path"] = try TarHeader.text(data)
        case "K": own["linkpath"] = try TarHeader.text(data)
        case "g": global.merge(try Self.records(data, path)) { $1 }
        default: own.merge(try Self.records(data, path)) { $1 }
        }
    }

    /// Records like `20 path=a/b/c.txt` with a line feed at the end, which counts along with the number itself.
    private static func records(_ data: ArraySlice<UInt8>, _ path: String) throws(TemplateArchiveError) -> [String: String] {
        let damaged = TemplateArchiveError("the pax header before it is damaged", entry: path)
        var result: [String: String] = [:]
        var rest = data
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { $0 != 0x20 }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1, length <= rest.count else {
                throw damaged
            }
            let record = rest.prefix(length).dropFirst(digits.count + 1)
            guard record.last == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw damaged }
            let name = String(decoding: record[..<equals], as: UTF8.self)
            let value = record[(equals + 1)...].dropLast()
            if name.hasPrefix("GNU.sparse.") { throw TemplateArchiveError("it is a sparse file, which is not supported", entry: path) }
            if name == "path" || name == "linkpath" || name == "size" {
                guard !value.contains(0), let text = String(validating: value, as: UTF8.self) else { throw damaged }
                result[name] = text
            }
            rest = rest.dropFirst(length)
        }
        return result
    }
}
