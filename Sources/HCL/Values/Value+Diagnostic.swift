extension Value {
    /// What a diagnostic says of the value after the reference to it: `is "abc"`, `is list of string with 3 elements`.
    package var diagnosticStatement: String {
        diagnosticStatement(mentionsUnknown: true, mentionsMarks: true) ?? "is \(type.friendlyName)"
    }

    /// The same in a diagnostic that is not about unknown values, or not about marks: it does not distract with those.
    ///
    /// - Returns: nil if nothing is left to say.
    package func diagnosticStatement(mentionsUnknown: Bool, mentionsMarks: Bool) -> String? {
        if marks.contains(.sensitive) { return mentionsMarks ? "has a sensitive value" : nil }
        if marks.contains(.ephemeral) { return mentionsMarks ? "has an ephemeral value" : nil }
        guard !isKnown else { return "is \(summary)" }
        guard type != .dynamic else { return mentionsUnknown ? "will be known only after apply" : nil }
        return "is a \(type.friendlyName)" + (mentionsUnknown ? lengthHint + ", known only after apply" : "")
    }

    /// Of an unknown collection.
    private var lengthHint: String {
        guard type.isCollection, let range = lengthRange else { return "" }
        // What a provider may give as "no limit" is no news.
        let upper = range.upper.flatMap { $0 <= 1024 ? $0 : nil }
        switch (range.lower, upper) {
        case (let lower, let upper?) where lower == upper: return " of length \(lower)"
        case (0, let upper?): return " with up to \(upper) elements"
        case (let lower, let upper?): return " with between \(lower) and \(upper) elements"
        case (0, nil): return ""
        case (let lower, nil): return " with at least \(lower) elements"
        }
    }

    /// A known value in a few words.
    private var summary: String {
        switch content {
        case .null: return "null"
        case .unknown: return "a \(type.friendlyName)"
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let number): return number.roughText
        case .string(let string): return string.goQuoted
        case .elements, .members:
            let count = length ?? 0
            if type.isObject {
                if count == 1, let name = members?.keys.first { return "object with 1 attribute \(name.goQuoted)" }
                return count == 0 ? "object with no attributes" : "object with \(count) attributes"
            }
            if count == 0 { return "empty \(type.friendlyName)" }
            return "\(type.friendlyName) with \(count) element" + (count == 1 ? "" : "s")
        }
    }
}
