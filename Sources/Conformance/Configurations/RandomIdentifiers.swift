import HCL

/// The random UUIDs that a run has met, and what stands for them in the corpus: `<uuid ADDRESS stepN>`.
struct RandomIdentifiers {
    private var names: [String: String] = [:]

    /// Remembers the identifiers of objects that the step has made.
    ///
    /// - Parameter resources: as `show -json` lists them, flat.
    mutating func learn(_ resources: [JSONText], step: Int) {
        for resource in resources {
            guard let address = resource["address"]?.text, let id = resource["values"]?["id"]?.text, RandomIdentifiers.isUUID(id) else {
                continue
            }
            if names[id] != nil { continue }
            names[id] = "<uuid \(address) step\(step)>"
            names[id.uppercased()] = "<UUID \(address) step\(step)>"
        }
    }

    /// A text with the names of identifiers in place of them.
    func naming(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count >= 36 else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if index + 36 <= bytes.count, bytes[index + 8] == UInt8(ascii: "-"),
                let name = names[String(decoding: bytes[index..<index + 36], as: UTF8.self)]
            {
                result += Array(name.utf8)
                index += 36
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    func naming(_ node: JSONText) -> JSONText {
        switch node {
        case .null, .bool, .number: node
        case .string(let text): .string(naming(text))
        case .array(let items): .array(items.map(naming))
        case .object(let members): .object(members.map { (naming($0), naming($1)) })
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy { $0.isHexDigit } }
    }
}
