import HCL
import Testing

struct EvaluationCallTests {
    static let twice = Function("twice", [.init("number", .number)], returns: .number) { arguments, _, _ throws(FunctionError) in
        guard let number = arguments[0].numberValue else { return .unknown(.number) }
        return .number(number + number)
    }
    static let refuse = Function(
        "refuse", [.init("first", .string), .init("second", .string)], returns: .string
    ) { _, _, _ throws(FunctionError) in throw FunctionError(argument: 1, "not today") }
    static let fail = Function("fail", [], returns: .string) { _, _, _ throws(FunctionError) in throw FunctionError("broken") }
    static let count = Function(
        "count", [.init("first", .dynamic, allowsNull: true, allowsUnknown: true, allowsDynamic: true)],
        variadic: .init("more", .dynamic, allowsNull: true, allowsUnknown: true, allowsDynamic: true), returns: .number
    ) { arguments, _, _ throws(FunctionError) in .integer(arguments.count) }
    static let all = [twice, refuse, fail, count]
    static let variables: [String: Value] = [
        "number": .unknown(.number), "any": .dynamic, "secret": Value.integer(4).secret,
        "list": .list([.integer(1), .integer(2)], of: .number),
        "secrets": Value.tuple([.integer(1)]).secret,
    ]

    @Test(
        "calls follow the rules of their parameters",
        arguments: [
            ("twice(2)", "4"), ("twice(\"3\")", "6"), ("core::twice(2)", "4"), ("twice(number)", "unknown number"),
            ("twice(any)", "unknown number"),
            ("twice(null)", "Invalid function argument"), ("twice([])", "Invalid function argument"),
            ("twice()", "Not enough function arguments"),
            ("twice(1, 2)", "Too many function arguments"), ("refuse(1, 2)", "Invalid function argument"),
            ("fail()", "Error in function call"),
            ("count(1, null, number)", "3"), ("count(list...)", "2"), ("count(1, list...)", "3"), ("count(any...)", "unknown dynamic"),
            ("count(null...)", "Invalid expanding argument value"), ("count(1...)", "Invalid expanding argument value"),
            ("count([]...)", "Not enough function arguments"),
        ])
    func calls(text: String, expected: String) {
        #expect(Evaluation.outcome(text, Self.variables, functions: Self.all) == expected)
    }

    @Test(
        "try and can look at whether expressions fail",
        arguments: [
            ("try({}.a, {}.b, 3)", "3"), ("try(fail(), 1)", "1"), ("try({}.a)", "Error in function call"),
            ("try()", "Error in function call"),
            ("try(nope(), 2)", "2"), ("try([number], 1)", "unknown dynamic"), ("can({}.a)", "false"), ("can(1)", "true"),
            ("can([number])", "unknown bool"), ("can()", "Not enough function arguments"), ("can(1, 2)", "Too many function arguments"),
        ])
    func attempts(text: String, expected: String) {
        #expect(Evaluation.outcome(text, Self.variables, functions: Self.all) == expected)
    }

    @Test("marks of arguments, and of what they were expanded from, are on the result")
    func marks() {
        for text in ["twice(secret)", "twice(secrets...)", "count(secret)", "count(secrets...)"] {
            #expect(Evaluation.evaluate(text, Self.variables, functions: Self.all).value.marks == .sensitive, "\(text)")
        }
    }

    @Test("an error names the parameter and points at the argument")
    func argumentError() {
        let diagnostic = Evaluation.evaluate("refuse(1, 2)", functions: Self.all).diagnostics.first
        #expect(diagnostic?.detail == "Invalid value for \"second\" parameter: not today.")
        #expect(diagnostic?.subject?.start.column == 11)
    }

    @Test("names that are almost right are suggested")
    func suggestion() {
        let diagnostic = Evaluation.evaluate("twise(1)", functions: Self.all).diagnostics.first
        #expect(diagnostic?.detail == "There is no function named \"twise\". Did you mean \"twice\"?")
    }

    @Test("constants allow neither variables nor functions")
    func constants() {
        #expect(Evaluation.parse("a").evaluate(in: .constant).diagnostics.map(\.summary) == ["Variables not allowed"])
        #expect(Evaluation.parse("f()").evaluate(in: .constant).diagnostics.map(\.summary) == ["Function calls not allowed"])
        #expect(Evaluation.parse("try(1)").evaluate(in: .constant).diagnostics.map(\.summary) == ["Function calls not allowed"])
    }
}
