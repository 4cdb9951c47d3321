import HCL
import Testing

struct EvaluationTypeTests {
    @Test(
        "types of variables are read",
        arguments: [
            ("string", ValueType.string), ("any", .dynamic), ("list(number)", .list(.number)), ("map(set(bool))", .map(.set(.bool))),
            ("tuple([string, any])", .tuple([.string, .dynamic])),
            ("object({ a = string, b = optional(number) })", .object(["a": .string, "b": .number], optional: ["b"])),
        ])
    func types(text: String, expected: ValueType) {
        let (type, _, diagnostics) = TypeExpression.parse(Evaluation.parse(text))
        #expect(diagnostics.isEmpty)
        #expect(type == expected)
    }

    @Test(
        "what is no type is told",
        arguments: [
            ("strin", "The keyword \"strin\" is not a valid type specification."),
            ("list", "The list type constructor requires one argument specifying the element type."),
            ("list(string, string)", "The list type constructor requires one argument specifying the element type."),
            (
                "object(string)",
                "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types."
            ),
            ("tuple(string)", "Tuple type constructor requires a list of element types."),
            ("optional(string)", "Keyword \"optional\" is valid only as a modifier for object type attributes."),
            ("list(optional(string))", "Keyword \"optional\" is valid only as a modifier for object type attributes."),
            (
                "object({ a = optional(number, \"x\") })",
                "This default value is not compatible with the attribute's type constraint: a number is required."
            ),
            ("thing(string)", "Keyword \"thing\" is not a valid type constructor."),
            (
                "1",
                "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string)."
            ),
            ("string()", "Primitive type keyword \"string\" does not expect arguments."),
        ])
    func errors(text: String, detail: String) {
        #expect(TypeExpression.parse(Evaluation.parse(text)).diagnostics.map(\.detail) == [detail])
    }

    @Test("defaults fill in what is missing, at any depth")
    func defaults() throws {
        let text = "list(object({ id = string, size = optional(number, 2), tags = optional(object({ a = optional(string, \"x\") }), {}) }))"
        let (type, defaults, diagnostics) = TypeExpression.parse(Evaluation.parse(text))
        #expect(diagnostics.isEmpty)
        let given = Evaluation.evaluate("[{ id = \"a\" }, { id = \"b\", size = null, tags = { a = \"y\" } }]").value
        let value = try defaults.apply(to: given).converted(to: type)
        #expect(
            try value.jsonEncoded()
                == "[{\"id\":\"a\",\"size\":2,\"tags\":{\"a\":\"x\"}},{\"id\":\"b\",\"size\":2,\"tags\":{\"a\":\"y\"}}]")
        #expect(value.type.isList)
    }

    @Test("nothing is put into what is null or unknown")
    func untouched() {
        let defaults = TypeExpression.parse(Evaluation.parse("object({ a = optional(number, 2) })")).defaults
        #expect(defaults.apply(to: .null()).isNull)
        #expect(!defaults.apply(to: .dynamic).isKnown)
    }
}
