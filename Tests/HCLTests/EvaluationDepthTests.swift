import HCL
import Testing

struct EvaluationDepthTests {
    static let here = SourceRange(file: "test.tf", start: .start, end: .start)

    @Test("ten thousand parentheses are no way to exhaust the stack")
    func parentheses() {
        let count = 10_000
        let text = String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count)
        // Whether the parser takes them or not, there is an answer.
        let (expression, diagnostics) = Parser.parseExpression(Array(text.utf8), file: "test.tf")
        if !diagnostics.hasErrors { #expect(expression.evaluate(in: .constant).value == .integer(1)) }
    }

    @Test("what nests too deeply for the stack is refused")
    func deep() {
        var expression = Expression.literal(.integer(1), Self.here)
        for _ in 0..<5_000 { expression = .unary(.negate, expression, symbol: Self.here, Self.here) }
        #expect(expression.evaluate(in: .constant).diagnostics.contains { $0.summary == "Expression nested too deeply" })
    }

    @Test("what nests as deeply as is allowed has a value")
    func allowed() {
        var expression = Expression.literal(.integer(1), Self.here)
        for _ in 0..<998 { expression = .binary(.add, expression, .literal(.integer(1), Self.here), Self.here) }
        #expect(expression.evaluate(in: .constant).value == .integer(999))
        var conditional = Expression.literal(.integer(1), Self.here)
        for _ in 0..<998 {
            let test = Expression.literal(.false, Self.here)
            conditional = .conditional(condition: test, then: .literal(.integer(2), Self.here), otherwise: conditional, Self.here)
        }
        #expect(conditional.evaluate(in: .constant).value == .integer(1))
    }

    @Test("directives of templates that nest too deeply are refused")
    func directives() {
        var parts: [TemplatePart] = [.literal("x", Self.here)]
        let condition = Expression.literal(.true, Self.here)
        for _ in 0..<5_000 { parts = [.conditional(condition: condition, then: parts, otherwise: [], Self.here)] }
        let expression = Expression.template(parts, Self.here)
        #expect(expression.evaluate(in: .constant).diagnostics.contains { $0.summary == "Expression nested too deeply" })
    }
}
