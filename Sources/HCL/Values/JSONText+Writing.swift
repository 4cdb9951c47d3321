extension JSONText {
    /// The text, without white space; numbers as they are written by ``Value/jsonEncoded()``.
    package var text: String {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        // An infinite number cannot come from a JSON text.
        case .number(let number): number.jsonText ?? "null"
        case .string(let string): string.jsonQuoted
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
        case .object(let members): "{\(members.map { "\($0.jsonQuoted):\($1.text)" }.joined(separator: ","))}"
        }
    }
}
