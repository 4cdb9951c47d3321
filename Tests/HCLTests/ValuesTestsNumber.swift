import HCL
import Testing

@Suite("numbers") struct ValuesTestsNumber {
    private static let third = "0." + String(repeating: "3", count: 152) + "335"

    @Test(
        "a text that denotes a number prints as its shortest decimal",
        arguments: [
            ("1", "1"), ("-1", "-1"), ("+1", "1"), ("010", "10"), (".5", "0.5"), ("5.", "5"), ("1.50", "1.5"), ("1e3", "1000"),
            ("1E-10", "0.0000000001"), ("0", "0"), ("-0", "-0"), ("-0.0", "-0"), ("0.1", "0.1"), ("1p3", "8"),
            ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9223372036854775808"),
            ("-9223372036854775808", "-9223372036854775808"), ("-9223372036854775809", "-9223372036854775809"),
            ("1e21", "1000000000000000000000"), ("123456789123456789.123456789", "123456789123456789.123456789"),
            ("12345678901234567890.12345678901234567890", "12345678901234567890.1234567890123456789"),
            ("1.7976931348623157e308", "17976931348623157" + String(repeating: "0", count: 292)),
            ("4.9e-324", "0." + String(repeating: "0", count: 323) + "49"), ("Inf", "+Inf"), ("-Inf", "-Inf"),
        ])
    func text(input: String, expected: String) throws {
        let number = try #require(Number(parsing: input))
        #expect(number.text == expected)
    }

    @Test(
        "other texts denote no number",
        arguments: ["", " 1", "1 ", "1_000", "0x10", "0b101", "0o17", "e5", ".", "-", "--1", "1e", "1e+", "1.2.3", "NaN", "infinity", "١"])
    func noNumber(text: String) {
        #expect(Number(parsing: text) == nil)
    }

    enum Operation: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"

        func callAsFunction(_ left: Number, _ right: Number) -> Number? {
            switch self {
            case .add: left + right
            case .subtract: left - right
            case .multiply: left * right
            case .divide: left / right
            case .modulo: left % right
            }
        }
    }

    @Test(
        "results are Terraform's",
        arguments: [
            ("0.1", .add, "0.2", "0.3"), ("2", .subtract, "1.9", "0.1" + String(repeating: "0", count: 153) + "3"),
            ("1.15", .add, "2.30", "3.44" + String(repeating: "9", count: 151) + "8"), ("1", .divide, "3", third),
            ("2", .divide, "3", "0." + String(repeating: "6", count: 153) + "7"), ("10", .divide, "2", "5"), ("10", .divide, "4", "2.5"),
            ("5", .divide, "2.5", "2"), ("1", .divide, "1e10", "0.0000000001"), ("1.005", .multiply, "1000", "1005"),
            ("4.35", .multiply, "100", "435"), ("8.41", .multiply, "100", "841"), ("0.1", .multiply, "3", "0.3"),
            ("1.1", .multiply, "1.1", "1.21" + String(repeating: "0", count: 151) + "1"),
            ("9007199254740993", .multiply, "9007199254740993", "81129638414606699710187514626049"),
            ("9223372036854775807", .add, "1", "9223372036854775808"), ("-9223372036854775808", .subtract, "1", "-9223372036854775809"),
            ("-9223372036854775808", .divide, "-1", "9223372036854775808"), ("9223372036854775808", .subtract, "1", "9223372036854775807"),
            ("1", .divide, "0", "+Inf"), ("-1", .divide, "0", "-Inf"), ("0", .divide, "0", nil), ("Inf", .divide, "Inf", nil),
            ("1", .modulo, "0", "1"), ("-7", .modulo, "-3", "-1"), ("7", .modulo, "-3", "1"), ("7.5", .modulo, "2", "1.5"),
            ("0.3", .modulo, "0.1", "0"), ("-9223372036854775808", .modulo, "-1", "0"), ("0", .multiply, "-1", "-0"),
            ("0", .divide, "-5", "-0"), ("5", .modulo, "Inf", "+Inf"),
        ] as [(String, Operation, String, String?)])
    func arithmetic(left: String, operation: Operation, right: String, expected: String?) throws {
        let (a, b) = (try #require(Number(parsing: left)), try #require(Number(parsing: right)))
        #expect(operation(a, b)?.text == expected)
    }

    @Test("a third times three is one")
    func thirdTimesThree() {
        #expect((Number(1) / Number(3)).map { $0 * Number(3) } == Number(1))
    }

    @Test(
        "what comes from a double prints as that double",
        arguments: [
            (0.1, "0.1"), (2.9999999999999996, "2.9999999999999996"), (1e21, "1000000000000000000000"), (-0.0, "-0"), (8, "8"),
            (18446744073709551616, "18446744073709550000"), (1267650600228229401496703205376, "1267650600228229400000000000000"),
            (.infinity, "+Inf"),
        ] as [(Double, String)])
    func doubles(double: Double, expected: String) {
        let number = Number(double)
        #expect(number.text == expected)
        #expect(number.double == double)
    }

    @Test("the product of doubles keeps all of its bits and prints no more digits than those need")
    func productOfDoubles() {
        let product = Number(0.1) * Number(0.1)
        #expect(product.text.hasPrefix("0.010000000000000001110223024625156"))
        #expect(product.text.utf8.count < 40)
        #expect((Number(0.1) + Number(0.2)).text == "0.30000000000000004")
    }

    @Test(
        "rounding and signs",
        arguments: [
            ("1.5", "1", "2", "1", 1), ("-1.5", "-2", "-1", "-1", -1), ("3", "3", "3", "3", 1), ("0", "0", "0", "0", 0),
            (
                "1e30", "1" + String(repeating: "0", count: 30), "1" + String(repeating: "0", count: 30),
                "1" + String(repeating: "0", count: 30), 1
            ),
            ("-0.5", "-1", "-0", "-0", -1),
        ])
    func rounding(text: String, floor: String, ceil: String, truncated: String, sign: Int) throws {
        let number = try #require(Number(parsing: text))
        #expect(number.floor.text == floor)
        #expect(number.ceil.text == ceil)
        #expect(number.truncated.text == truncated)
        #expect(number.sign == sign)
        #expect(number.abs >= .zero)
    }

    @Test("numbers that no memory could print are infinite, or zero")
    func bounds() throws {
        var large = try #require(Number(parsing: "1e1000000"))
        var small = try #require(Number(parsing: "1e-1000000"))
        #expect(Number(parsing: "1e1000001") == nil)
        for _ in 0..<4 {
            large = large * large
            small = small * small
        }
        #expect(large == .positiveInfinity)
        #expect(small == .zero)
        #expect(-large == .negativeInfinity)
    }

    @Test("numbers of one value are equal and hash alike, however they came about")
    func equality() throws {
        let zero = try #require(Number(parsing: "-0"))
        #expect(zero == Number(0))
        #expect(Set([zero, Number(0), Number(0.0)]).count == 1)
        #expect(Number(0.5) == Number(parsing: "0.5"))
        #expect(Set([Number(0.5), try #require(Number(parsing: "0.5"))]).count == 1)
        #expect(Number(0.1) != Number(parsing: "0.1"))
        #expect(Number(3.0).int == 3)
        #expect(try #require(Number(parsing: "9007199254740993")) > Number(9007199254740992.0))
        #expect(try #require(Number(parsing: "1e30")).int64 == nil)
        #expect(try #require(Number(parsing: "1e30")).isInteger)
        #expect(Number.negativeInfinity < Number(Int.min))
        #expect(Number.positiveInfinity.isInfinite)
    }
}
