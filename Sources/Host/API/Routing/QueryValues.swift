package import APITypes
import HTTPTypes
import JSON

/// What stands behind the question mark. The last value of a name counts.
package struct QueryValues: Sendable {
    private var values: [String: [String]] = [:]

    /// Reads a query; what is not well encoded is an error.
    init(_ text: Substring?) throws(APIError) {
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decoded(parts[0], isForm: true),
                let value = PercentCoding.decoded(parts.count > 1 ? parts[1] : "", isForm: true)
            else { throw APIError(.badRequest, "The query of the URL is not well encoded.") }
            values[name, default: []].append(value)
        }
    }

    /// The text of a value; nil if there is none or it is empty.
    package func text(_ name: String) -> String? {
        values[name]?.last.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A number within limits.
    package func integer(_ name: String, _ range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw .invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Whether something is wanted.
    package func flag(_ name: String) throws(APIError) -> Bool? {
        guard let raw = values[name]?.last else { return nil }
        switch raw.lowercased() {
        case "true", "1", "t", "": return raw.isEmpty ? nil : true
        case "false", "0", "f": return false
        default: throw .invalid(name, "must be true or false")
        }
    }

    /// A value of the API, as an identifier or a moment.
    package func value<Value: APIValue>(_ name: String, _ type: Value.Type) throws(APIError) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = Value(json: .string(text)) else {
            throw .invalid(name, "must be \(Value.schema["format"]?.stringValue ?? "another value")")
        }
        return value
    }

    /// A page of a list.
    package func page(limitMax: Int = 1000, limitDefault: Int = 100) throws(APIError) -> (limit: Int, offset: Int) {
        let limit = try integer("limit", 0...Int(Int32.max)) ?? 0
        return (limit == 0 ? limitDefault : min(limit, limitMax), try integer("offset", 0...Int(Int32.max)) ?? 0)
    }
}
