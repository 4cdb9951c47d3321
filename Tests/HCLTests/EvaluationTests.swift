import HCL
import Testing

struct EvaluationTests {
    @Test(
        "expressions have the values of the language",
        arguments: [
            ("1 + 2 * 3", "7"), ("0.1 + 0.2 == 0.3", "true"), ("1 / 3 * 3 == 1", "true"), ("7 % 3", "1"), ("-(-2)", "2"),
            ("!true", "false"), ("1 == \"1\"", "false"), ("null == null", "true"), ("\"2\" * \"3\"", "6"), ("1 < 2 && 2 <= 2", "true"),
            ("\"a${1}b${true}\"", "\"a1btrue\""), ("\"${[1]}\"", "[1]"), ("\"%{ if true }y%{ else }n%{ endif }\"", "\"y\""),
            ("\"%{ for k, v in { a = 1, b = 2 } }${k}${v};%{ endfor }\"", "\"a1;b2;\""),
            ("[1, \"a\", null]", "[1,\"a\",null]"), ("{ a = 1, \"b\" = 2, (\"c\") = 3, true = 4 }", "{\"a\":1,\"b\":2,\"c\":3,\"true\":4}"),
            ("[10, 20][1]", "20"), ("[10, 20][\"1\"]", "20"), ("{ a = { b = 5 } }.a[\"b\"]", "5"), ("[[1], [2]].1", "[2]"),
            ("true ? 1 : \"a\"", "\"1\""), ("false ? 1 : [][0]", "Invalid index"), ("true ? 1 : [][0]", "1"),
            ("[for i, x in [\"a\", \"b\"] : \"${i}${x}\" if x != \"a\"]", "[\"1b\"]"),
            ("{ for x in [\"a\", \"b\"] : x => 1 }", "{\"a\":1,\"b\":1}"),
            ("{ for x in [\"a\", \"b\", \"a\"] : x => 1... }", "{\"a\":[1,1],\"b\":[1]}"),
            ("[{ a = 1 }, { a = 2 }][*].a", "[1,2]"), ("null[*]", "[]"), ("5[*]", "[5]"), ("[[1, 2], [3]].*.0", "[1,3]"),
            ("[{ a = [1] }].*.a[0]", "[1]"), ("[{ a = [1] }][*].a[0]", "[1]"),
            ("[{ b = [{ c = 1 }] }][*].b[*].c", "[[1]]"), ("((1))", "1"),
        ])
    func values(text: String, expected: String) { #expect(Evaluation.outcome(text) == expected) }

    @Test(
        "what cannot be computed is told as Terraform tells it",
        arguments: [
            ("nope", "Unknown variable"), ("\"x${null}\"", "Invalid template interpolation value"), ("[1][1]", "Invalid index"),
            ("{ a = 1 }.b", "Unsupported attribute"), ("null.a", "Attempt to get attribute from null value"),
            ("null[0]", "Attempt to index null value"), ("1 + []", "Invalid operand"), ("1 < null", "Operation failed"),
            ("0 / 0", "Operation failed"), ("1 % (1 / 0)", "Operation failed"), ("true || [][0]", "Invalid index"),
            ("true ? 1 : true", "Inconsistent conditional result types"),
            ("null ? 1 : 2", "Null condition"), ("[] ? 1 : 2", "Incorrect condition type"), ("{ (null) = 1 }", "Null value as key"),
            ("{ ([]) = 1 }", "Incorrect key type"), ("{ a.b = 1 }", "Ambiguous attribute key"),
            ("[for x in 5 : x]", "Iteration over non-iterable value"), ("[for x in null : x]", "Iteration over null value"),
            ("[for x in [1] : x if \"no\"]", "Invalid 'for' condition"), ("{ for x in [1, 1] : x => 1 }", "Duplicate object key"),
            ("{ for x in [[]] : x => 1 }", "Invalid object key"), ("nope()", "Call to unknown function"),
            ("a::b()", "Unknown provider function"), ("[1][*].a", "Unsupported attribute"),
        ])
    func errors(text: String, expected: String) { #expect(Evaluation.outcome(text) == expected) }

    @Test("both wrong operands are told")
    func operands() { #expect(Evaluation.outcome("[] + {}") == "Invalid operand, Invalid operand") }

    @Test("the detail of a mismatch names the first difference")
    func mismatch() {
        let (_, diagnostics) = Evaluation.evaluate("true ? { a = { b = [1] } } : { a = { b = true } }")
        #expect(
            diagnostics.first?.detail == """
                The true and false result expressions must have consistent types. Type mismatch for object attribute "a": Type mismatch \
                for object attribute "b": The 'true' value is tuple, but the 'false' value is bool.
                """)
    }

    @Test("a diagnostic tells the values that took part, but no secrets")
    func involvedValues() {
        let (_, diagnostics) = Evaluation.evaluate("a + b", ["a": .string("x"), "b": .string("y").secret])
        #expect(diagnostics.count == 2)
        let object = Value.object(["n": .string("x"), "s": .string("y").secret])
        let (_, found) = Evaluation.evaluate("v.n + v.s", ["v": object])
        #expect(found.first?.values == [Diagnostic.InvolvedValue(reference: "v.n", statement: "is \"x\"")])
        #expect(found.last?.values == [])
    }

    @Test("references are found in order, but for names that a loop defines")
    func traversals() {
        let expression = Evaluation.parse(
            "[for x in a.b : x.c + d[0].e + f(g)] == { h = i, (j) = \"${k}%{ for l in m }${l}${n}%{ endfor }\" }")
        #expect(expression.traversals().map(\.text) == ["a.b", "d[0].e", "g", "i", "j", "k", "m", "n"])
    }
}
