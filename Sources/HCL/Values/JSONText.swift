/// A JSON text, taken apart; numbers stay exact, and members keep their order.
package enum JSONText: Sendable {
    case null
    case bool(Bool)
    case number(Number)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    /// Reads a text, as strictly as Go does and with its messages.
    ///
    /// - Parameter depthMax: how deep the text may be, so that it cannot exhaust the stack; Go's frames are smaller and its limit higher.
    package static func parse(_ text: String, depthMax: Int = 1_000) throws(JSONDecodingError) -> JSONText {
        var parser = JSONTextParser(text, depthMax: depthMax)
        return try parser.parse()
    }

    /// For what we stored ourselves: a type is written twice as deep as the values it describes.
    static let storedDepthMax = 3_000

    /// The value whose type the text implies: arrays are tuples, objects are objects. Of members of one name the last counts.
    ///
    /// - Throws: if members of one name differ in type.
    package func value() throws(JSONDecodingError) -> Value {
        switch self {
        case .null: return .null()
        case .bool(let bool): return .bool(bool)
        case .number(let number): return .number(number)
        case .string(let string): return .string(string)
        case .array(let nodes):
            var elements: [Value] = []
            for node in nodes { elements.append(try node.value()) }
            return .tuple(elements)
        case .object(let nodes):
            var members: [String: Value] = [:]
            for (name, node) in nodes {
                let value = try node.value()
                if let earlier = members.updateValue(value, forKey: name.normalized), earlier.type != value.type {
                    throw JSONDecodingError(message: "duplicate \(name.goQuoted) property in JSON object")
                }
            }
            return .object(members)
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
