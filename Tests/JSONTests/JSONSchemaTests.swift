import JSON
import Testing

struct JSONSchemaTests {
    @Test(
        "values that fit have no issues",
        arguments: [
            ("true", 1), ("{}", [1, "a"]), (##"{"type":"integer"}"##, 3), (##"{"type":"integer"}"##, 3.0),
            (##"{"type":"integer"}"##, .unsigned(.max)), (##"{"type":"number"}"##, 3),
            (##"{"type":["string","null"]}"##, nil), (##"{"type":"boolean"}"##, false), (##"{"enum":[1,"a",null]}"##, 1.0),
            (##"{"const":{"a":[1]}}"##, ["a": [1.0]]),
            (##"{"minimum":1,"maximum":2,"multipleOf":0.1}"##, 1.3), (##"{"multipleOf":3}"##, .unsigned(18_446_744_073_709_551_615)),
            (##"{"exclusiveMinimum":1}"##, 1.0001),
            (##"{"minimum":9223372036854775807}"##, .unsigned(9_223_372_036_854_775_808)),
            (##"{"minLength":2,"maxLength":2}"##, "e\u{301}"), (##"{"minLength":1,"maxLength":1}"##, "😀"),
            (##"{"pattern":"b+"}"##, "abbc"), (##"{"pattern":"^[a-z]+$"}"##, "abc"), (##"{"pattern":"x"}"##, 5),
            (##"{"uniqueItems":true}"##, [1, 2, "1", [1]]),
            (##"{"items":{"type":"string"},"minItems":1}"##, ["a"]),
            (##"{"properties":{"a":{"type":"string"}},"required":["a"]}"##, ["a": "x", "b": 1]),
            (##"{"properties":{"a":true},"additionalProperties":false}"##, ["a": 1]),
            (##"{"additionalProperties":{"type":"integer"}}"##, ["a": 1]),
            (##"{"propertyNames":{"maxLength":2}}"##, ["ab": 1]), (##"{"anyOf":[{"type":"string"},{"minimum":3}]}"##, 4),
            (##"{"oneOf":[{"type":"string"},{"type":"number"}]}"##, 2.5),
            (##"{"allOf":[{"minimum":1},{"maximum":3}],"not":{"const":2}}"##, 3),
            (##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##, "x"),
            (##"{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}"##, ["next": ["next": [:]]]),
            (##"{"$ref":"#/$defs/a~1b","$defs":{"a/b":true}}"##, 1),
            (
                ##"{"title":"t","description":"d","default":1,"examples":[],"deprecated":true,"readOnly":true,"writeOnly":false,"format":"uri","$schema":"s","$id":"i","$comment":"c","x-order":1}"##,
                1
            ),
        ] as [(String, JSONValue)])
    func accepts(schema: String, value: JSONValue) throws {
        #expect(try JSONSchema(JSONValue(parsing: schema)).validate(value).map(\.description) == [])
    }

    @Test(
        "values that do not fit are told where and why",
        arguments: [
            ("false", 1, "is not allowed here"), (##"{"type":"integer"}"##, 3.5, "must be integer, is number"),
            (##"{"type":["string","null","array"]}"##, 3, "must be string, null or array, is integer"),
            (##"{"properties":{"replicas":{"minimum":1}}}"##, ["replicas": 0], "/replicas: must be at least 1, is 0"),
            (##"{"maximum":2.5}"##, 3, "must be at most 2.5, is 3"),
            (##"{"exclusiveMinimum":1}"##, 1, "must be above 1, is 1"), (##"{"exclusiveMaximum":1}"##, 1.0, "must be below 1, is 1.0"),
            (##"{"multipleOf":2}"##, 3, "must be a multiple of 2, is 3"),
            (##"{"multipleOf":0.1}"##, 0.25, "must be a multiple of 0.1, is 0.25"),
            (##"{"maximum":9223372036854775806}"##, .integer(.max), "must be at most 9223372036854775806, is 9223372036854775807"),
            (##"{"enum":[1,"a"]}"##, "b", "must be one of 1, \"a\", is \"b\""), (##"{"const":1}"##, 2, "must be 1, is 2"),
            (##"{"enum":[1,2],"const":2}"##, 1, "must be 2, is 1"),
            (##"{"minLength":3}"##, "é😀", "must have at least 3 characters, has 2"),
            (##"{"maxLength":1}"##, "e\u{301}", "must have at most 1 characters, has 2"),
            (##"{"pattern":"^[a-z]+$"}"##, "aB", "must match ^[a-z]+$, is \"aB\""),
            (##"{"pattern":"^\\d+$"}"##, "٣", "must match ^\\d+$, is \"٣\""),
            (##"{"pattern":"^a$"}"##, "a\n", "must match ^a$, is \"a\\n\""),
            (##"{"writeOnly":true,"pattern":"^a$"}"##, "hunter2", "must match ^a$, is ***"),
            (##"{"minItems":2}"##, [1], "must have at least 2 elements, has 1"),
            (##"{"maxItems":0}"##, [1], "must have at most 0 elements, has 1"),
            (##"{"uniqueItems":true}"##, [1, 2, 1.0], "elements 0 and 2 are the same"),
            (##"{"items":{"type":"string"}}"##, ["a", 1], "/1: must be string, is integer"),
            (##"{"required":["a"]}"##, [:], "lacks the member \"a\""),
            (##"{"minProperties":1}"##, [:], "must have at least 1 members, has 0"),
            (##"{"maxProperties":0}"##, ["a": 1], "must have at most 0 members, has 1"),
            (##"{"properties":{"a":true},"additionalProperties":false}"##, ["a/b": 1], "/a~1b: is not a known member"),
            (##"{"additionalProperties":{"type":"integer"}}"##, ["a": "x"], "/a: must be integer, is string"),
            (##"{"propertyNames":{"pattern":"^[a-z]$"}}"##, ["A": 1], "/A: name must match ^[a-z]$, is \"A\""),
            (
                ##"{"anyOf":[{"type":"string"},{"properties":{"a":{"minimum":3}}}]}"##, ["a": 1],
                "fits none of 2 alternatives; the closest says: /a: must be at least 3, is 1"
            ),
            (##"{"oneOf":[{"minimum":1},{"minimum":2}]}"##, 3, "fits 2 of 2 alternatives, must fit one"),
            (##"{"allOf":[{"minimum":1},{"maximum":3}]}"##, 4, "must be at most 3, is 4"),
            (##"{"not":{"type":"string"}}"##, "a", "fits what it must not fit"),
            (##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##, 1, "must be string, is integer"),
        ] as [(String, JSONValue, String)])
    func refuses(schema: String, value: JSONValue, issue: String) throws {
        #expect(try JSONSchema(JSONValue(parsing: schema)).validate(value).map(\.description) == [issue])
    }

    @Test(
        "a schema that we cannot enforce is refused when it is read",
        arguments: [
            ("1", ": a schema is an object or a boolean, not integer"), (##"{"minimun":1}"##, "/minimun: unknown keyword \"minimun\""),
            (##"{"properties":{"a":{"if":true}}}"##, "/properties/a/if: unknown keyword \"if\""),
            (##"{"type":"text"}"##, "/type: unknown type \"text\""), (##"{"type":[]}"##, "/type: must name a type"),
            (##"{"type":1}"##, "/type: must be a list of strings"), (##"{"type":["string","string"]}"##, "/type: names something twice"),
            (##"{"minimum":"1"}"##, "/minimum: must be a number, is string"), (##"{"multipleOf":0}"##, "/multipleOf: must be above 0"),
            (##"{"minLength":-1}"##, "/minLength: must be an integer that is not negative, is -1"),
            (##"{"pattern":"("}"##, "/pattern: \"(\" is not a regular expression"),
            (##"{"pattern":1}"##, "/pattern: must be a string, is integer"), (##"{"enum":[]}"##, "/enum: must be a list of values"),
            (##"{"required":[1]}"##, "/required: must be a list of strings"),
            (##"{"uniqueItems":1}"##, "/uniqueItems: must be a boolean, is integer"),
            (##"{"anyOf":[]}"##, "/anyOf: must be a list of schemas"),
            (##"{"allOf":[{"x":1}]}"##, "/allOf/0/x: unknown keyword \"x\""),
            (##"{"properties":[]}"##, "/properties: must be an object, is array"),
            (##"{"$ref":"#/$defs/a"}"##, "/$ref: there is no definition \"a\""),
            (##"{"$ref":"other.json"}"##, "/$ref: only \"#\" and \"#/$defs/NAME\" can be referred to, not \"other.json\""),
            (##"{"items":{"$defs":{}}}"##, "/items/$defs: $defs is understood at the root only"),
        ])
    func refusesSchema(schema: String, message: String) throws {
        let value = try JSONValue(parsing: schema)
        do throws(JSONSchemaError) {
            _ = try JSONSchema(value)
            Issue.record("accepted")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test(
        "schemas that lead nowhere or multiply come to an end",
        arguments: [
            (##"{"$ref":"#"}"##, "schema refers to itself without end"),
            (##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##, "schema refers to itself without end"),
            (##"{"not":{"$ref":"#"}}"##, "schema refers to itself without end"),
            (##"{"anyOf":[{"type":"string"},{"$ref":"#"}]}"##, "schema refers to itself without end"),
        ])
    func bounded(schema: String, message: String) throws {
        #expect(try JSONSchema(JSONValue(parsing: schema)).validate(1).map(\.message) == [message])
    }

    @Test("alternatives that multiply are given up after a number of steps")
    func boundedSteps() throws {
        // 3^40 ways to fail, were nobody counting.
        var definitions: JSONValue = ["d40": ["type": "string"]]
        for index in 0..<40 {
            let next: JSONValue = ["$ref": "#/$defs/d\(index + 1)"]
            definitions["d\(index)"] = ["anyOf": [next, next, next]]
        }
        let schema = try JSONSchema(["$ref": "#/$defs/d0", "$defs": definitions])
        #expect(schema.validate(1).map(\.message) == ["value takes too many steps to check against its schema"])
    }

    @Test("at most 100 issues are given")
    func boundedIssues() throws {
        let schema = try JSONSchema(["items": ["type": "string"]])
        #expect(schema.validate(.array(Array(repeating: 1, count: 1000))).count == 100)
    }
}
