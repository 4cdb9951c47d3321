import HCL
import Testing

@Suite("texts of values") struct ValuesTestsText {
    @Test(
        "JSON is what jsonencode gives",
        arguments: [
            (.string("<a>&'\u{2028}\u{1}\n\u{8}/\\\""), #""\u003ca\u003e\u0026'\u2028\u0001\n\b/\\\"""#), (.null(.string), "null"),
            (.number(Number(-0.0)), "-0"), (.object(["é": .integer(2), "z": .true, "Z": .false]), #"{"Z":false,"z":true,"é":2}"#),
            (.set([.object(["b": .null(), "a": .integer(1)])], of: .object(["a": .number, "b": .dynamic])), #"[{"a":1,"b":null}]"#),
            (.tuple([]), "[]"), (.object([:]), "{}"), (.string("a").marked(with: .sensitive), #""a""#),
        ] as [(Value, String)])
    func encodes(value: Value, text: String) throws {
        #expect(try value.jsonEncoded() == text)
    }

    @Test("unknown and infinite values have no JSON")
    func notEncoded() {
        #expect(throws: JSONEncodingError(path: [.attribute("a"), .index(.integer(0))], message: "value is not known")) {
            try Value.object(["a": .tuple([.unknown(.string)])]).jsonEncoded()
        }
        #expect(throws: JSONEncodingError.self) { try Value.number(.positiveInfinity).jsonEncoded() }
    }

    @Test(
        "JSON is read as jsondecode does",
        arguments: [
            (" 1 ", .integer(1)), ("-1.5e3", .integer(-1500)), ("null", .null()), ("\"\\ud83d\\ude00\\u00e9\\/\"", .string("😀é/")),
            ("\"\\ud83d\"", .string("\u{FFFD}")), ("\"\\ud83d\\u0041\"", .string("\u{FFFD}A")),
            (#"{"a":[1,"2",true],"b":{}}"#, .object(["a": .tuple([.integer(1), .string("2"), .true]), "b": .object([:])])),
            (#"{"a":1,"a":2}"#, .object(["a": .integer(2)])), (#"["e\u0301"]"#, .tuple([.string("é")])),
        ] as [(String, Value)])
    func decodes(text: String, value: Value) throws {
        #expect(try Value.jsonDecoded(text) == value)
    }

    @Test(
        "what is no JSON is refused with Go's words",
        arguments: [
            ("", "EOF"), ("1 2", "extraneous data after JSON object"), ("01", "extraneous data after JSON object"),
            ("[1,]", "invalid character ']' looking for beginning of value"), ("[1 2]", "invalid character '2' after array element"),
            ("{'a':1}", #"invalid character '\''"#), (#"{"a"}"#, "invalid character '}' after object key"),
            (#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string"),
            (#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"), ("tru", "unexpected EOF"),
            ("trux", "invalid character 'x' in literal true (expecting 'e')"), (#""\x""#, "invalid character 'x' in string escape code"),
            (#""\u12g4""#, #"invalid character 'g' in \u hexadecimal character escape"#),
            ("\"a\nb\"", #"invalid character '\n' in string literal"#),
            ("\"a", "unexpected EOF"), ("[", "unexpected EOF"), ("-x", "invalid character 'x' in numeric literal"),
            ("1.", "unexpected EOF"), ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            (#"{"a":1,"a":"x"}"#, #"duplicate "a" property in JSON object"#),
            (String(repeating: "[", count: 100_000), "exceeded max depth"),
        ])
    func refuses(text: String, message: String) {
        #expect(throws: JSONDecodingError(message: message)) { try Value.jsonDecoded(text) }
    }

    @Test("a value as deep as JSON may be can be used")
    func deep() throws {
        let text = String(repeating: #"[{"a":"#, count: 499) + "1" + String(repeating: "}]", count: 499)
        let value = try Value.jsonDecoded(text)
        #expect(try value.jsonEncoded() == text)
        #expect(try Value.jsonDecoded(value.jsonEncoded(as: .dynamic), as: .dynamic) == value)
        #expect(value.equals(value) == .true)
        #expect(Set([value, value]).count == 1)
        #expect(value.consoleText.hasPrefix("[\n  {"))
        #expect(try value.converted(to: .list(.dynamic)).length == 1)
        #expect(ValueType.unify([value.type, .tuple([.emptyObject])]) != value.type)
    }

    @Test(
        "what is stored with a type is read back with it",
        arguments: [
            (.list([.string("a")], of: .string), .list(.string), #"["a"]"#), (.integer(1), .dynamic, #"{"value":1,"type":"number"}"#),
            (.object(["a": .tuple([.true])]), .object(["a": .dynamic]), #"{"a":{"value":[true],"type":["tuple",["bool"]]}}"#),
            (.null(.string), .dynamic, #"{"value":null,"type":"string"}"#), (.null(), .dynamic, "null"),
            (.set([.integer(2), .integer(1)], of: .number), .set(.number), "[1,2]"),
            (.map(["k": .null(.bool)], of: .bool), .map(.bool), #"{"k":null}"#), (.tuple([.string("x")]), .tuple([.string]), #"["x"]"#),
        ] as [(Value, ValueType, String)])
    func stored(value: Value, type: ValueType, text: String) throws {
        #expect(try value.jsonEncoded(as: type) == text)
        #expect(try Value.jsonDecoded(text, as: type) == value)
    }

    @Test(
        "what does not suit the type is refused",
        arguments: [
            ("1", .bool), (#"{"a":1}"#, .object([:])), ("{}", .object(["a": .bool])), ("[]", .tuple([.bool])), (#""x""#, .number),
            ("[]", .map(.bool)), ("1", .dynamic), (#"{"value":1}"#, .dynamic), (#"{"type":"bool"}"#, .dynamic),
        ] as [(String, ValueType)])
    func unsuitable(text: String, type: ValueType) {
        #expect(throws: JSONDecodingError.self) { try Value.jsonDecoded(text, as: type) }
    }

    @Test(
        "the console prints values as expressions",
        arguments: [
            (.string("a\"\\\t${b}\u{A0}\u{0}"), #""a\"\\\t${b}\u00a0\x00""#), (.null(), "null"), (.null(.bool), "tobool(null)"),
            (.null(.list(.string)), "tolist(null) /* of string */"), (.null(.tuple([])), "null /* tuple */"), (.tuple([]), "[]"),
            (.list([], of: .string), "tolist([])"), (.map([:], of: .string), "tomap({})"), (.unknown(.string), "(known after apply)"),
            (.string("a").marked(with: .sensitive), "(sensitive value)"), (.string("a\nb"), "<<EOT\na\nb\nEOT"),
            (.string("a\n EOT"), "<<EOT_\na\n EOT\nEOT_"),
            (.object(["a": .string("x\n"), "b": .null(.number)]), "{\n  \"a\" = <<-EOT\n  x\n  \n  EOT\n  \"b\" = tonumber(null)\n}"),
            (.set([.tuple([.integer(1)])], of: .tuple([.number])), "toset([\n  [\n    1,\n  ],\n])"),
            (.map(["k": .string("v").marked(with: .ephemeral)], of: .string), "tomap({\n  \"k\" = (ephemeral value)\n})"),
        ] as [(Value, String)])
    func console(value: Value, text: String) {
        #expect(value.consoleText == text)
    }

    @Test(
        "diagnostics say what a reference stands for",
        arguments: [
            (.string("a\"b"), #"is "a\"b""#), (.integer(5), "is 5"), (.null(.string), "is null"), (.true, "is true"),
            (.list([.true], of: .bool), "is list of bool with 1 element"), (.tuple([.true, .true]), "is tuple with 2 elements"),
            (.tuple([]), "is empty tuple"), (.map([:], of: .string), "is empty map of string"),
            (.object([:]), "is object with no attributes"),
            (.object(["a": .true]), #"is object with 1 attribute "a""#),
            (.object(["a": .true, "b": .true]), "is object with 2 attributes"),
            (.unknown(.string), "is a string, known only after apply"), (.unknown(.dynamic), "will be known only after apply"),
            (.string("a").marked(with: .sensitive), "has a sensitive value"),
            (
                .unknown(.list(.string), Refinement(isNotNull: true, lengthMin: 1)),
                "is a list of string with at least 1 elements, known only after apply"
            ),
        ] as [(Value, String)])
    func statement(value: Value, text: String) {
        #expect(value.diagnosticStatement == text)
    }
}
