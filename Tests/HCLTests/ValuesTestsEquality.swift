import HCL
import Testing

@Suite("equality") struct ValuesTestsEquality {
    private static let unknown = Value.unknown(.bool, .notNull)

    private static func prefixed(_ prefix: String) -> Value { .unknown(.string, Refinement(isNotNull: true, prefix: prefix)) }

    @Test(
        "values are equal, or not, or that is not known",
        arguments: [
            (.integer(1), .number(Number(1.0)), .true), (.integer(1), .string("1"), .false), (.null(.string), .null(.number), .true),
            (.null(), .integer(1), .false), (.string("e\u{301}"), .string("\u{E9}"), .true),
            (.list([.integer(1)], of: .number), .tuple([.integer(1)]), .false), (.tuple([]), .object([:]), .false),
            (.object(["a": .integer(1)]), .object(["a": .integer(1)]), .true), (.object(["a": .null()]), .object(["a": .null()]), .true),
            (.set([.integer(1), .integer(2)], of: .number), .set([.integer(2), .integer(1)], of: .number), .true),
            (.map(["a": .true], of: .bool), .map(["b": .true], of: .bool), .false), (.unknown(.string), .string("a"), unknown),
            (.unknown(.string), .unknown(.string), unknown), (.unknown(.dynamic), .integer(1), unknown),
            (.unknown(.string), .integer(1), .false), (.unknown(.string), .null(), unknown), (.unknown(.string, .notNull), .null(), .false),
            (prefixed("pre-"), .string("other"), .false), (prefixed("pre-"), .string("pre-x"), unknown),
            (.tuple([.unknown(.number), .integer(1)]), .tuple([.integer(1), .integer(2)]), unknown),
            (.tuple([.integer(1), .unknown(.number)]), .tuple([.integer(2), .integer(2)]), .false),
            (.set([.unknown(.string)], of: .string), .set([.string("a")], of: .string), unknown),
            (.unknown(.list(.string), Refinement(isNotNull: true, lengthMin: 1)), .list([], of: .string), .false),
            (.tuple([.unknown(.dynamic)]), .tuple([.integer(1), .integer(2)]), .false),
            (.tuple([.unknown(.dynamic)]), .tuple([.integer(1)]), unknown),
        ] as [(Value, Value, Value)])
    func equals(left: Value, right: Value, expected: Value) {
        #expect(left.equals(right) == expected)
        #expect(right.equals(left) == expected)
        #expect(left.marked(with: .sensitive).equals(right) == expected.marked(with: .sensitive))
    }

    @Test("raw equality tells types, marks and refinements apart, and agrees with hashing")
    func raw() {
        let values: [Value] = [
            .null(), .null(.string), .unknown(.string), .unknown(.string, .notNull), .string("a"), .string("a").marked(with: .sensitive),
            .list([], of: .string), .list([], of: .number), .tuple([]), .object([:]), .integer(1), .true,
        ]
        #expect(Set(values + values).count == values.count)
    }

    @Test("a set's elements are in order and differ, and null comes last")
    func sets() {
        let numbers = Value.set([.integer(10), .null(.number), .integer(9), .integer(100), .integer(9)], of: .number)
        #expect(numbers.elements == [.integer(9), .integer(10), .integer(100), .null(.number)])
        let strings = Value.set(["b", "B", "é", "a"].map { .string($0) }, of: .string)
        #expect(strings.elements?.compactMap(\.stringValue) == ["B", "a", "b", "é"])
        #expect(Value.set([.unknown(.string), .unknown(.string)], of: .string).length == 2)
        #expect(Value.set([.true, .false], of: .bool).elements == [.false, .true])
    }

    @Test("the number of elements may be known in part")
    func lengths() {
        #expect(Value.list([.true], of: .bool).lengthValue == .integer(1))
        #expect(Value.unknown(.tuple([.bool])).lengthValue == .integer(1))
        #expect(Value.set([.unknown(.bool)], of: .bool).lengthValue == .integer(1))
        let set = Value.set([.unknown(.bool), .true], of: .bool).lengthValue
        #expect(set.refinement?.numberMin?.number == Number(1))
        #expect(set.refinement?.numberMax?.number == Number(2))
        #expect(set.equals(.integer(3)) == .false)
        #expect(Value.unknown(.list(.bool)).lengthValue.equals(.integer(-1)) == .false)
    }

    @Test(
        "what is known of a string that goes on is what an accent cannot change",
        arguments: [("pre-", "pre-"), ("pre", "pr"), ("", ""), ("a", ""), ("x=", "x"), ("e\u{301}", ""), ("a/", "a/"), ("-\u{301}", "")])
    func prefixes(text: String, prefix: String) {
        #expect(text.safePrefix == prefix)
        #expect(Refinement.continuation(of: text).prefix == (prefix.isEmpty ? nil : prefix))
    }

    @Test("a comparison has the marks of all that is in what it compares")
    func marks() {
        let secret = Value.tuple([.string("a").marked(with: .sensitive)])
        #expect(secret.equals(.null()) == .false.marked(with: .sensitive))
        #expect(secret.equals(.tuple([.string("a").marked(with: .ephemeral)])) == .true.marked(with: [.sensitive, .ephemeral]))
    }

    @Test("whether there is an element at a key")
    func indices() {
        let list = Value.list([.true], of: .bool)
        #expect(list.hasIndex(.integer(0)) == .true)
        #expect(list.hasIndex(.integer(1)) == .false)
        #expect(list.hasIndex(.integer(-1)) == .false)
        #expect(list.hasIndex(.number(Number(0.5))) == .false)
        #expect(list.hasIndex(.unknown(.number)) == .unknown(.bool, .notNull))
        #expect(Value.map(["a": .true], of: .bool).hasIndex(.string("a")) == .true)
        #expect(Value.unknown(.tuple([.bool])).hasIndex(.integer(0)) == .true)
        #expect(Value.unknown(.list(.bool)).hasIndex(.integer(0)) == .unknown(.bool, .notNull))
    }
}
