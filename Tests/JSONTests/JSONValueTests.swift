import JSON
import Testing

struct JSONValueTests {
    @Test("accessors give a value of their type and nothing else")
    func accessors() {
        let value: JSONValue = ["s": "x", "i": 3, "u": .unsigned(.max), "d": 1.5, "b": true, "n": nil, "a": [1, 2], "o": ["k": "v"]]
        #expect(value["s"]?.stringValue == "x" && value["i"]?.stringValue == nil)
        #expect(value["i"]?.intValue == 3 && value["d"]?.intValue == nil && value["u"]?.intValue == nil)
        #expect(value["i"]?.uintValue == 3 && value["u"]?.uintValue == .max && JSONValue.integer(-1).uintValue == nil)
        #expect(value["i"]?.doubleValue == 3 && value["d"]?.doubleValue == 1.5 && value["s"]?.doubleValue == nil)
        #expect(value["b"]?.boolValue == true && value["i"]?.boolValue == nil)
        #expect(value["n"]?.isNull == true && value["missing"] == nil && value["s"]?["x"] == nil)
        #expect(
            value["a"]?.arrayValue?.count == 2 && value["a"]?[1] == 2 && value["a"]?[2] == nil && value["a"]?[-1] == nil && value[0] == nil)
        #expect(value["o"]?.objectValue == ["k": "v"])
        #expect(JSONValue(UInt64(5)) == .integer(5) && JSONValue(UInt64.max) == .unsigned(.max) && JSONValue(-5) == .integer(-5))
        #expect(
            ["null", "boolean", "integer", "integer", "number", "string", "array", "object"]
                == [JSONValue.null, true, 1, .unsigned(.max), 1.5, "", [], [:]].map(\.typeName))
    }

    @Test("members are set and removed in place")
    func setsMembers() {
        var value: JSONValue = ["a": 1]
        value["b"] = [2]
        value["a"] = nil
        #expect(value == ["b": [2]])
        var other: JSONValue = 1
        other["a"] = true
        #expect(other == ["a": true])
    }

    @Test(
        "values are written in one way only",
        arguments: [
            (["b": 1, "a": 2, "B": 3, "é": 4, "z": 5, "😀": 6, "": 7], "{\"\":7,\"B\":3,\"a\":2,\"b\":1,\"z\":5,\"é\":4,\"😀\":6}"),
            // Bytes of UTF-8 sort as scalars do; units of UTF-16 would not.
            (["\u{FFFD}": 1, "\u{10000}": 2], "{\"\u{FFFD}\":1,\"\u{10000}\":2}"),
            (
                [0.1, 1.0, -0.0, 1e21, .number(.leastNonzeroMagnitude), 1e-7, .number(.infinity), .number(.nan)],
                "[0.1,1.0,-0.0,1e+21,5e-324,1e-07,null,null]"
            ),
            ("\u{0}\u{1f}\u{7f}\"\\/\u{2028}é\n\r\t\u{8}\u{c}", "\"\\u0000\\u001f\\u007f\\\"\\\\/\u{2028}é\\n\\r\\t\\b\\f\""),
            ([], "[]"), ([:], "{}"),
            ([nil, true, .integer(.min), .unsigned(.max)], "[null,true,-9223372036854775808,18446744073709551615]"),
        ] as [(JSONValue, String)])
    func writes(value: JSONValue, text: String) {
        #expect(value.serialized() == text)
        #expect(value.description == text)
    }

    @Test("pretty text indents by two spaces and keeps empty containers short")
    func writesPretty() {
        let value: JSONValue = ["b": [1, [:], []], "a": ["c": "d"]]
        #expect(
            value.serialized(pretty: true) == """
                {
                  "a": {
                    "c": "d"
                  },
                  "b": [
                    1,
                    {},
                    []
                  ]
                }
                """)
    }
}
