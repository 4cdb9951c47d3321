import APITypes
import JSON
import Scalars
import Testing

@Suite("the coder of models") struct CoderTests {
    enum Colour: String, APIEnum { case red, green }
    struct Inner: Codable, Equatable { var avatarURL: String }
    struct Model: Codable, Equatable {
        var userID: UUID
        var createdAt: Timestamp
        var defaultTtlMs: Int64?
        var colour: Colour?
        var tags: [String: Inner]
        var inner: Inner?
        var ratio: Double
        var flags: [Bool]
    }

    static let model = Model(
        userID: .zero, createdAt: Timestamp(microseconds: 1_500_000), defaultTtlMs: 7, colour: .green, tags: ["A b": Inner(avatarURL: "x")],
        inner: nil, ratio: 0.5, flags: [true, false])
    static let json: JSONValue = [
        "user_id": "00000000-0000-0000-0000-000000000000", "created_at": "1970-01-01T00:00:01.5Z", "default_ttl_ms": 7, "colour": "green",
        "tags": ["A b": ["avatar_url": "x"]], "ratio": 0.5, "flags": [true, false],
    ]

    @Test("there and back")
    func roundTrip() throws {
        #expect(try APICoder.encode(Self.model) == Self.json)
        #expect(try APICoder.decode(Model.self, from: Self.json) == Self.model)
    }

    @Test("what clients written in Go leave out as null or empty text is nil")
    func absent() throws {
        var json = Self.json
        json["default_ttl_ms"] = .null
        json["colour"] = ""
        json["unknown"] = 1
        let model = try APICoder.decode(Model.self, from: json)
        #expect(model.defaultTtlMs == nil && model.colour == nil)
    }

    @Test(
        "errors name the field",
        arguments: [
            ("user_id", "x", "user_id must be a UUID"), ("created_at", 1, "created_at must be a moment"),
            ("colour", "blue", "colour must be one of red, green"),
            ("tags", ["k": [:]], "tags.k.avatar_url is required"), ("flags", [true, 1], "flags.1 must be a boolean"),
            ("ratio", "1", "ratio must be a number"),
            ("default_ttl_ms", 1.5, "default_ttl_ms must be an integer"), ("inner", [], "inner must be an object"),
        ] as [(String, JSONValue, String)])
    func errors(_ field: String, _ value: JSONValue, _ words: String) {
        var json = Self.json
        json[field] = value
        let error = #expect(throws: FieldError.self) { try APICoder.decode(Model.self, from: json) }
        #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(words), "\(error.map { "\($0)" } ?? "")")
    }

    @Test("the schema says what the coder does: what it writes fits, what it refuses does not")
    func schema() throws {
        var reader = SchemaReader()
        let root = try reader.schema(Model.self)
        var definitions = reader.components
        let name = try #require(root["$ref"]?.stringValue?.split(separator: "/").last.map(String.init))
        let own = definitions.removeValue(forKey: name)
        var document = try #require(own)
        document["$defs"] = .object(definitions)
        let text = document.serialized().replacing("#/components/schemas/", with: "#/$defs/")
        let parsed = try JSONValue(parsing: text)
        let schema = try JSONSchema(parsed)
        #expect(schema.validate(Self.json).isEmpty)
        for (field, value) in [("colour", "blue"), ("flags", [1]), ("tags", ["k": [:]]), ("ratio", "1")] as [(String, JSONValue)] {
            var json = Self.json
            json[field] = value
            #expect(!schema.validate(json).isEmpty, "\(field)")
        }
    }
}
