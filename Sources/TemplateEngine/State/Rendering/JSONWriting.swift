import HCL

/// Puts JSON texts together.
enum JSONWriting {
    /// Members in this order, without those that are nil.
    static func object(_ members: [(String, String?)]) -> String {
        "{" + members.compactMap { name, text in text.map { "\(name.jsonQuoted):\($0)" } }.joined(separator: ",") + "}"
    }

    static func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
}

extension InstanceKey {
    var json: String {
        switch self {
        case .integer(let integer): String(integer)
        case .string(let string): string.jsonQuoted
        }
    }
}
