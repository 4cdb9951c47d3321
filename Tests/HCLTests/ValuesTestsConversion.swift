import HCL
import Testing

@Suite("conversion") struct ValuesTestsConversion {
    @Test(
        "values are converted",
        arguments: [
            (.integer(5), .string, .string("5")), (.true, .string, .string("true")), (.string("1.50"), .number, .number(Number(1.5))),
            (.string("1"), .bool, .true), (.string("false"), .bool, .false), (.integer(1), .dynamic, .integer(1)),
            (.tuple([.integer(1), .string("a")]), .list(.string), .list([.string("1"), .string("a")], of: .string)),
            (.tuple([.integer(1), .string("a")]), .list(.dynamic), .list([.string("1"), .string("a")], of: .string)),
            (.tuple([.integer(2), .integer(1), .integer(2)]), .set(.number), .set([.integer(1), .integer(2)], of: .number)),
            (.tuple([]), .list(.dynamic), .list([], of: .dynamic)),
            (.tuple([.null()]), .list(.string), .list([.null(.string)], of: .string)),
            (.tuple([.null(), .integer(1)]), .list(.dynamic), .list([.null(.number), .integer(1)], of: .number)),
            (.object(["a": .integer(1)]), .map(.string), .map(["a": .string("1")], of: .string)),
            (.object(["a": .integer(1), "b": .true]), .object(["a": .string]), .object(["a": .string("1")])),
            (
                .object([:]), .object(["a": .list(.object(["b": .bool], optional: ["b"]))], optional: ["a"]),
                .object(["a": .null(.list(.object(["b": .bool])))])
            ),
            (.map(["a": .string("1")], of: .string), .object(["a": .number]), .object(["a": .integer(1)])),
            (.list([.integer(1)], of: .number), .set(.string), .set([.string("1")], of: .string)),
            (.set([.string("b"), .string("a")], of: .string), .list(.string), .list([.string("a"), .string("b")], of: .string)),
            (.null(), .list(.string), .null(.list(.string))), (.null(.tuple([.number])), .list(.dynamic), .null(.list(.number))),
            (.unknown(.dynamic), .string, .unknown(.string)), (.unknown(.number, .notNull), .string, .unknown(.string, .notNull)),
            (
                .unknown(.tuple([.number, .number])), .list(.string),
                .unknown(.list(.string), Refinement(isNotNull: false, lengthMin: 2, lengthMax: 2))
            ),
            (.unknown(.tuple([.number, .number]), .notNull), .list(.string), .list([.unknown(.string), .unknown(.string)], of: .string)),
            (.set([.unknown(.string), .string("a")], of: .string), .list(.string), .unknown(.list(.string))),
            (
                .tuple([.tuple([.integer(1)]), .tuple([.string("a"), .true])]), .list(.list(.dynamic)),
                .list([.list([.string("1")], of: .string), .list([.string("a"), .string("true")], of: .string)], of: .list(.string))
            ),
        ] as [(Value, ValueType, Value)])
    func converts(value: Value, type: ValueType, expected: Value) throws {
        #expect(try value.converted(to: type) == expected)
        #expect(try value.marked(with: .sensitive).converted(to: type) == expected.marked(with: .sensitive))
    }

    @Test(
        "what cannot be converted is said as Terraform says it",
        arguments: [
            (.string("x"), .number, "a number is required"), (.true, .number, "number required"), (.integer(1), .bool, "bool required"),
            (.string("True"), .bool, #"a bool is required; to convert from string, use lowercase "true""#),
            (.string("yes"), .bool, "a bool is required"), (.tuple([]), .string, "string required"),
            (.tuple([.tuple([])]), .list(.string), "element 0: string required"),
            (.tuple([.true, .integer(1)]), .list(.dynamic), "all list elements must have the same type"),
            (.tuple([.true, .integer(1)]), .set(.dynamic), "all set elements must have the same type"),
            (.object(["a": .true, "b": .integer(1)]), .map(.dynamic), "all map elements must have the same type"),
            (.object(["a": .tuple([])]), .map(.string), #"element "a": string required"#),
            (.object([:]), .object(["x": .string]), #"attribute "x" is required"#),
            (.object([:]), .object(["x": .string, "y": .bool]), #"attributes "x" and "y" are required"#),
            (.object([:]), .object(["x": .string, "y": .bool, "z": .bool]), #"attributes "x", "y", and "z" are required"#),
            (.object(["x": .tuple([])]), .object(["x": .string]), #"attribute "x": string required"#),
            (.object([:]), .list(.string), "list of string required"), (.string("a"), .list(.dynamic), "list of any single type required"),
            (.list([.true], of: .bool), .list(.number), "incorrect list element type: number required"),
            (.tuple([.string("1"), .string("x")]), .list(.number), "[1]: a number is required"),
            (.object(["a": .object(["b": .string("x")])]), .object(["a": .object(["b": .number])]), ".a.b: a number is required"),
            (.object(["k y": .string("x")]), .map(.number), #"["k y"]: a number is required"#),
            (.map([:], of: .string), .object(["a": .string]), #"map has no element for required attribute "a""#),
            (.integer(1), .object([:]), "object required"), (.tuple([.true]), .tuple([.bool, .bool]), "tuple required"),
        ] as [(Value, ValueType, String)])
    func refuses(value: Value, type: ValueType, message: String) {
        do {
            let converted = try value.converted(to: type)
            Issue.record("converted to \(converted)")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test("marks stay where they are, but those of a set's elements become the set's")
    func marks() throws {
        let tuple = Value.tuple([.string("a").marked(with: .sensitive), .string("b")])
        let list = try tuple.converted(to: .list(.string))
        #expect(list.marks == [])
        #expect(list.elements?.first?.marks == .sensitive)
        #expect(list.containsMarks(.sensitive))
        #expect(!list.containsMarks(.ephemeral))
        let set = try tuple.converted(to: .set(.string))
        #expect(set.marks == .sensitive)
        #expect(set.elements == [.string("a"), .string("b")])
        #expect(tuple.unmarkedDeep() == (.tuple([.string("a"), .string("b")]), .sensitive))
    }

    @Test("a conversion that no value survives does not exist; one that some survive is unsafe")
    func existence() {
        #expect(ValueType.string.conversionExists(to: .number))
        #expect(!ValueType.string.conversionExists(to: .number, allowsUnsafe: false))
        #expect(!ValueType.bool.conversionExists(to: .number))
        #expect(ValueType.map(.string).conversionExists(to: .object(["a": .number])))
        #expect(!ValueType.map(.string).conversionExists(to: .object(["a": .number]), allowsUnsafe: false))
        #expect(!ValueType.tuple([.bool]).conversionExists(to: .tuple([])))
        #expect(!ValueType.map(.bool).conversionExists(to: .list(.bool)))
    }
}
