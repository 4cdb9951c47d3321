package import JSON
package import Scalars

/// A type that is one JSON value and not a structure of fields: it says itself how it is written and what its schema is.
package protocol APIValue: Codable, Sendable {
    /// The schema, as OpenAPI 3.1 has it.
    static var schema: JSONValue { get }
    /// Some value, which stands in while schemas are read.
    static var sample: Self { get }
    /// The value; nil if the JSON is of the wrong kind.
    init?(json: JSONValue)
    /// As JSON.
    var json: JSONValue { get }
}

extension APIValue {
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(Self.self) is read from JSON alone"))
        }
        self = try decoder.scalar(Self.self)
    }

    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder else {
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "\(Self.self) is written as JSON alone"))
        }
        encoder.result = json
    }
}

/// An enumeration of texts. Clients written in Go send "" for "nothing said": where it is optional, that is nil.
package protocol APIEnum: APIValue, RawRepresentable<String>, CaseIterable {}

extension APIEnum {
    package static var schema: JSONValue { ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })] }
    package static var sample: Self {
        guard let first = allCases.first else { preconditionFailure("\(Self.self) has no cases") }
        return first
    }
    package init?(json: JSONValue) {
        guard let text = json.stringValue else { return nil }
        self.init(rawValue: text)
    }
    package var json: JSONValue { .string(rawValue) }
}

extension UUID: APIValue {
    package static var schema: JSONValue { ["type": "string", "format": "uuid"] }
    package static var sample: UUID { .zero }
    package init?(json: JSONValue) {
        guard let text = json.stringValue else { return nil }
        self.init(text)
    }
    package var json: JSONValue { .string(description) }
}

extension Timestamp: APIValue {
    package static var schema: JSONValue { ["type": "string", "format": "date-time"] }
    package static var sample: Timestamp { Timestamp(microseconds: 0) }
    package init?(json: JSONValue) {
        guard let text = json.stringValue else { return nil }
        self.init(text)
    }
    package var json: JSONValue { .string(description) }
}

/// Any JSON value, where the model says no more.
package struct AnyJSON: APIValue, Hashable {
    package var value: JSONValue
    package init(_ value: JSONValue) { self.value = value }
    package static var schema: JSONValue { [:] }
    package static var sample: AnyJSON { AnyJSON(.null) }
    package init?(json: JSONValue) { value = json }
    package var json: JSONValue { value }
}
