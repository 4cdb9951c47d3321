import HCL
import Providers
import TemplateConfiguration
import Testing

@testable import TemplateEvaluation

@Suite("repetition and conditions") struct RulesTests {
    private static func scope(_ text: String) throws -> Scope {
        StandaloneModule(bodies: [try Reading.body(text)], functions: StandardFunctions.all, environment: FunctionEnvironment()).scope
    }

    private static func expression(_ text: String) -> Expression { Parser.parseExpression(Array(text.utf8), file: "main.tf").0 }

    @Test(
        "for_each and count give keys, or say why not",
        arguments: [
            ("count", "2", "0 1"), ("count", "sensitive(1)", "0"), ("count", "1.5", "Invalid count argument"),
            ("count", "-1", "Invalid count argument"), ("count", "null", "Invalid count argument"), ("count", "[]", "Incorrect value type"),
            ("each", "{ b = 1, a = 2 }", "a b"), ("each", "toset([\"x\"])", "x"), ("each", "{}", ""),
            ("each", "[1]", "Invalid for_each argument"), ("each", "toset([1])", "Invalid for_each set argument"),
            ("each", "null", "Invalid for_each argument"), ("each", "sensitive({})", "Invalid for_each argument"),
            ("each", "toset([timestamp()])", "Invalid for_each argument"),
        ])
    func repetition(kind: String, text: String, expected: String) throws {
        let expression = Self.expression(text)
        let repetition: Repetition = kind == "count" ? .count(expression) : .forEach(expression)
        let (expansion, diagnostics) = RepetitionEvaluator(scope: try Self.scope(""), for: .planning).expand(repetition)
        let keys = expansion.keys?.compactMap(\.self).map { key in
            switch key {
            case .integer(let number): "\(number)"
            case .string(let name): name
            }
        }
        #expect((diagnostics.first?.summary ?? keys?.joined(separator: " ")) == expected)
    }

    @Test("what is not known yet is fine while validating")
    func unknownWhileValidating() throws {
        let evaluator = RepetitionEvaluator(scope: try Self.scope(""), for: .validation)
        let (expansion, diagnostics) = evaluator.expand(.forEach(Self.expression("toset([timestamp()])")))
        #expect(diagnostics.isEmpty)
        #expect(expansion.keys == nil)
    }

    @Test(
        "a condition holds or not, and says so",
        arguments: [
            ("local.n == \"1\"", "\"m\"", ConditionOutcome.pass, ""),
            ("local.n == 2", "\" m \"", .fail("m"), "Resource precondition failed"),
            ("local.n == 2", "sensitive(\"m\")", .fail(""), "Error message refers to sensitive values"),
            ("local.n", "\"m\"", .pass, ""), ("[local.n]", "\"m\"", .error, "Invalid condition result"),
            ("null", "\"m\"", .error, "Invalid condition result"), ("timestamp() == \"\"", "\"m\"", .unknown, ""),
            ("local.n == \"1\"", "null", .error, "Invalid error message"),
            ("local.nope", "\"m\"", .error, "Reference to undeclared local value"),
        ])
    func conditions(condition: String, message: String, outcome: ConditionOutcome, summary: String) throws {
        let range = Self.expression("x").range
        let rule = CheckRule(condition: Self.expression(condition), errorMessage: Self.expression(message), range: range)
        let (found, diagnostics) = rule.evaluate(as: .resourcePrecondition, in: try Self.scope("locals {\n n = \"1\"\n}"))
        #expect(found == outcome)
        #expect((diagnostics.first?.summary ?? "") == summary)
    }
}
