/// A JSON text, taken apart; numbers stay exact, and members keep their order.
package enum JSONText: Sendable {
    case null
    case bool(Bool)
    case number(Number)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    /// Reads a text, as strictly as Go does and with its messages.
    package static func parse(_ text: String) throws(JSONDecodingError) -> JSONText {
        var parser = JSONTextParser(text)
        return try parser.parse()
    }

    /// The value whose type the text implies: arrays are tuples, objects are objects.
    package var value: Value {
        switch self {
        case .null: .null()
        case .bool(let bool): .bool(bool)
        case .number(let number): .number(number)
        case .string(let string): .string(string)
        case .array(let elements): .tuple(elements.map(\.value))
        case .object(let members): .object(Dictionary(members.map { ($0.normalized, $1.value) }) { $1 })
        }
    }

    /// What it is, for messages.
    var excerpt: String {
        switch self {
        case .null: "null"
        case .bool: "a bool"
        case .number: "a number"
        case .string(let string): string.jsonQuoted
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Why a text is no JSON, or none of the type.
package struct JSONDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the value, if the text is JSON.
    package var path: [PathStep]
    package var message: String

    package init(path: [PathStep] = [], message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path.text): \(message)" }
}
