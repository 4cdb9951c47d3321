import HCL
import TemplateState
import Testing

struct StoredValueTests {
    private static let type = ValueType.object([
        "name": .string, "any": .dynamic, "list": .list(.object(["a": .number, "b": .bool])), "set": .set(.string), "map": .map(.string),
    ])

    @Test("an object is stored and read with its marks")
    func roundTrip() throws {
        let item = Value.object(["a": .integer(1), "b": .true.marked(with: .sensitive)])
        let value = Value.object([
            "name": .string("n"), "any": .tuple([.integer(1), .string("x").marked(with: .sensitive)]),
            "list": .list([item], of: item.type), "set": .set([.string("s")], of: .string).marked(with: .sensitive),
            "map": .map(["k.": .string("v").marked(with: .sensitive)], of: .string),
        ])
        let object = try ObjectState(value, as: StoredValueTests.type)
        #expect(object.sensitivePaths.map(\.text) == [".any[1]", ".list[0].b", #".map["k."]"#, ".set"])
        #expect(object.attributes.contains(#""any":{"value":[1,"x"],"type":["tuple",["number","string"]]}"#))
        #expect(try object.value(as: StoredValueTests.type) == value)
    }

    @Test("what is missing is null, at any depth")
    func missing() throws {
        let value = try ObjectState(attributes: #"{"list":[{"a":1}]}"#).value(as: StoredValueTests.type)
        #expect(value.members?["name"] == .null(.string))
        #expect(value.members?["list"]?.elements?[0].members?["b"] == .null(.bool))
    }

    @Test(
        "what does not suit the schema is an error with its path",
        arguments: [
            (#"{"more":1}"#, #"unsupported attribute "more""#), (#"{"list":[{"a":"x"}]}"#, ".list[0].a: a number is required"),
            (#"{"any":1}"#, ".any: a wrapper object with a value and a type is required"), (#"{"name":{}}"#, ".name: a string is required"),
        ])
    func unsuitable(attributes: String, message: String) {
        do throws(StoredValueError) {
            _ = try ObjectState(attributes: attributes).value(as: StoredValueTests.type)
            Issue.record("accepted")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test(
        "what cannot be stored is an error",
        arguments: [Value.unknown(.string), .string("x").marked(with: .ephemeral), .number(.positiveInfinity), .true])
    func unstorable(value: Value) {
        #expect(throws: StoredValueError.self) {
            try ObjectState(.object(["a": value]), as: .object(["a": value == .true ? .string : value.type]))
        }
    }
}
