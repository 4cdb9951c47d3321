import HCL
import Testing

struct EvaluationUnknownTests {
    static let variables: [String: Value] = [
        "text": .unknown(.string), "sure": .unknown(.string, .notNull), "flag": .unknown(.bool), "any": .dynamic,
        "list": .unknown(.list(.object(["a": .number], optional: []))), "number": .unknown(.number),
        "object": .unknown(.object(["a": .string], optional: [])), "secret": Value.string("s").secret,
        "secrets": Value.tuple([.integer(1)]).secret, "sealed": .object(["a": Value.integer(1).secret]),
    ]

    @Test(
        "what follows from the unknown is unknown, with the type that is known",
        arguments: [
            ("number + 1", ValueType.number), ("number < 1", .bool), ("text == \"a\"", .bool), ("!flag", .bool), ("\"a${text}\"", .string),
            ("flag ? 1 : 2", .number), ("flag ? 1 : \"a\"", .string), ("any.b.c", .dynamic), ("object.a", .string), ("list[0].a", .number),
            ("list[*].a", .list(.number)), ("[for x in list : x.a]", .dynamic), ("{ (text) = 1 }", .dynamic), ("false && flag", .bool),
            ("text[*]", .dynamic), ("sure[*]", .tuple([.string])),
        ])
    func unknown(text: String, type: ValueType) {
        let (value, diagnostics) = Evaluation.evaluate(text, Self.variables)
        #expect(diagnostics.isEmpty)
        #expect(!value.isWhollyKnown)
        #expect(value.type == type)
    }

    @Test("what is known of the unknown decides where it can")
    func refinements() {
        let id = Evaluation.evaluate("\"pre-${text}\"", Self.variables).value
        #expect(id.refinement?.prefix == "pre-")
        #expect(Evaluation.outcome("id == null", ["id": id]) == "false")
        #expect(Evaluation.outcome("id == \"other\"", ["id": id]) == "false")
        #expect(Evaluation.outcome("id == \"pre-x\"", ["id": id]) == "unknown bool")
        let either = Evaluation.evaluate("flag ? 3 : 5", Self.variables).value
        #expect(Evaluation.outcome("n < 6", ["n": either]) == "true")
        #expect(Evaluation.outcome("n > 5", ["n": either]) == "false")
        #expect(Evaluation.outcome("n > 4", ["n": either]) == "unknown bool")
    }

    @Test(
        "secrets mark what is made of them",
        arguments: [
            "\"a${secret}\"", "secret == \"x\"", "secrets[0]", "true ? secret : \"b\"", "secret == \"s\" ? 1 : 2", "[for x in secrets : x]",
            "secrets[*]", "{ (secret) = 1 }", "[for x in [1] : x if secret == \"s\"]", "sealed.a", "sealed == {}", "sealed.a + 1",
            "\"%{ for x in secrets }${x}%{ endfor }\"", "try(secret)",
        ])
    func marks(text: String) {
        let (value, diagnostics) = Evaluation.evaluate(text, Self.variables)
        #expect(diagnostics.isEmpty)
        #expect(value.marks == .sensitive)
    }

    @Test("a secret inside marks itself only")
    func inner() {
        let (value, _) = Evaluation.evaluate("[secret, 1]", Self.variables)
        #expect(value.marks == [])
        #expect(value.deepMarks == .sensitive)
    }
}
