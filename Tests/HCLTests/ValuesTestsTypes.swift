import HCL
import Testing

@Suite("types") struct ValuesTestsTypes {
    @Test(
        "types unify to the most general one",
        arguments: [
            ([.number, .string], .string), ([.bool, .string], .string), ([.number, .bool], nil), ([.number, .dynamic], .number),
            ([.list(.number), .list(.string)], .list(.string)), ([.list(.number), .dynamic], .dynamic),
            ([.tuple([.number]), .tuple([.string, .string])], .list(.string)), ([.tuple([.number]), .tuple([.string])], .tuple([.string])),
            ([.tuple([.number]), .list(.string)], .list(.string)), ([.tuple([.number]), .set(.string)], .set(.string)),
            ([.list(.number), .set(.number)], .list(.number)), ([.tuple([]), .tuple([.bool])], .list(.bool)),
            ([.object(["a": .number]), .object(["a": .number, "b": .number])], .map(.number)),
            ([.object(["a": .number]), .object(["a": .string])], .object(["a": .string])),
            ([.object(["a": .number]), .object(["b": .string])], .map(.string)),
            ([.object(["a": .number]), .object(["b": .tuple([.bool])])], nil),
            ([.object(["a": .number]), .map(.string)], .map(.string)), ([.object([:]), .tuple([])], nil),
            ([.object(["a": .number]), .dynamic], .dynamic), ([.tuple([.number]), .tuple([.object([:])])], nil),
            ([.tuple([]), .list(.string)], .list(.string)), ([.object([:]), .map(.number)], .map(.number)),
            ([.tuple([.string, .string]), .set(.dynamic)], .set(.dynamic)), ([.map(.number), .list(.number)], nil), ([], nil),
            ([.string], .string),
            ([.tuple([.dynamic]), .tuple([.number])], .tuple([.number])),
        ] as [([ValueType], ValueType?)])
    func unify(types: [ValueType], expected: ValueType?) {
        #expect(ValueType.unify(types) == expected)
        #expect(ValueType.unify(types.reversed()) == expected)
    }

    @Test(
        "names and expressions",
        arguments: [
            (.string, "string", "string", "string"), (.dynamic, "dynamic", "any type", "dynamic"),
            (.list(.dynamic), "list of dynamic", "list of any single type", "list(dynamic)"),
            (.map(.list(.number)), "map of list of number", "map of list of number", "map(list(number))"),
            (.tuple([]), "tuple", "tuple", "tuple([])"), (.object([:]), "object", "object", "object({})"),
            (.tuple([.bool, .tuple([])]), "tuple", "tuple", "tuple([\n    bool,\n    tuple([]),\n])"),
            (
                .set(.object(["b": .bool, "a": .list(.string)])), "set of object", "set of object",
                "set(\n    object({\n        a: list(string),\n        b: bool,\n    }),\n)"
            ),
        ] as [(ValueType, String, String, String)])
    func names(type: ValueType, friendly: String, constraint: String, expression: String) {
        #expect(type.friendlyName == friendly)
        #expect(type.constraintName == constraint)
        #expect(type.typeExpression == expression)
    }

    @Test(
        "the JSON of a type is read back",
        arguments: [
            (.dynamic, #""dynamic""#), (.list(.string), #"["list","string"]"#),
            (.map(.tuple([.number, .bool])), #"["map",["tuple",["number","bool"]]]"#),
            (.object(["b": .set(.number), "a": .string]), #"["object",{"a":"string","b":["set","number"]}]"#),
            (.object(["a": .string, "b": .bool], optional: ["b"]), #"["object",{"a":"string","b":"bool"},["b"]]"#),
        ] as [(ValueType, String)])
    func json(type: ValueType, text: String) throws {
        #expect(type.typeJSON == text)
        #expect(try ValueType(typeJSON: text) == type)
    }

    @Test("what is no type is refused", arguments: [#""text""#, "1", "[]", #"["list"]"#, #"["object",[]]"#, #"["tuple","string"]"#, "{"])
    func noType(text: String) {
        #expect(throws: JSONDecodingError.self) { try ValueType(typeJSON: text) }
    }

    @Test("a type without optional attributes has none at any depth")
    func withoutOptional() {
        let type = ValueType.list(.object(["a": .object(["b": .bool], optional: ["b"])], optional: ["a"]))
        #expect(type.withoutOptional == .list(.object(["a": .object(["b": .bool])])))
        #expect(!type.hasDynamic)
        #expect(ValueType.tuple([.map(.dynamic)]).hasDynamic)
    }
}
