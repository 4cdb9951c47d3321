extension Value {
    /// What a diagnostic says of the value after the reference to it: `is "abc"`, `is list of string with 3 elements`.
    package var diagnosticStatement: String {
        if marks.contains(.sensitive) { return "has a sensitive value" }
        if marks.contains(.ephemeral) { return "has an ephemeral value" }
        switch content {
        case .unknown:
            return type == .dynamic ? "will be known only after apply" : "is a \(type.friendlyName), known only after apply"
        default: return "is \(diagnosticText)"
        }
    }

    private var diagnosticText: String {
        switch content {
        case .null: return type == .dynamic ? "null" : "a null \(type.friendlyName)"
        case .unknown: return "a \(type.friendlyName), known only after apply"
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let number): return number.text
        case .string(let string): return string.jsonQuotedPlain
        case .elements(let elements): return "\(type.friendlyName) with \(Value.count(elements.count, "element"))"
        case .members(let members):
            if type.isMap { return "\(type.friendlyName) with \(Value.count(members.count, "element"))" }
            if members.isEmpty { return "object with no attributes" }
            if members.count == 1, let name = members.keys.first { return "object with 1 attribute \(name.goQuoted)" }
            return "object with \(members.count) attributes"
        }
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        count == 0 ? "no \(noun)s" : count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}

extension String {
    /// As a JSON string with no more escapes than JSON asks for.
    var jsonQuotedPlain: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "<", ">", "&": text.unicodeScalars.append(scalar)
            default: text += String(String(scalar).jsonQuoted.dropFirst().dropLast())
            }
        }
        return text + "\""
    }
}
