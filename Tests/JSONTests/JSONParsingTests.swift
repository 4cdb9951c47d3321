import JSON
import Testing

struct JSONParsingTests {
    @Test(
        "every kind of value is read",
        arguments: [
            ("null", .null), ("true", true), (" \t\r\nfalse \n", false), ("0", 0), ("-0", 0), ("7", 7), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("18446744073709551615", .unsigned(.max)),
            ("1.0", .number(1)), ("1e3", .number(1000)), ("1E+3", .number(1000)), ("-2.5e-1", .number(-0.25)), ("0.1", .number(0.1)),
            ("1e308", .number(1e308)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-999", .number(0)),
            ("123456789012345678901234567890.0", .number(1.2345678901234568e29)),
            ("\"\"", ""), ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "a\"\\/\u{8}\u{c}\n\r\té"), ("\"\\ud83d\\ude00\"", "😀"),
            ("\"😀é\"", "😀é"),
            ("\"a\\u0000b\"", "a\0b"), ("\"\u{7f}\"", "\u{7f}"), ("\"\\uFFFF\"", "\u{ffff}"),
            ("[]", []), ("{}", [:]), ("[1,[2,{\"a\":null}]]", [1, [2, ["a": nil]]]), ("{\"a\":1,\"\":{\"a\":2}}", ["a": 1, "": ["a": 2]]),
            ("{\"\\u0061\\n\":1}", ["a\n": 1]), ("[[],{},\"\"]", [[], [:], ""]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        // Written and read again it is the same, in both forms.
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
    }

    @Test(
        "what RFC 8259 does not allow is refused with its place",
        arguments: [
            ("", 0), ("   ", 3), ("nul", 3), ("nulL", 3), ("None", 0), ("TRUE", 0), ("True", 0), ("NaN", 0), ("Infinity", 0),
            ("-Infinity", 1), ("-NaN", 1),
            ("+1", 0), ("-", 1), ("01", 1), ("-01", 2), ("00", 1), ("1.", 2), (".5", 0), ("1.e3", 2), ("1e", 2), ("1e+", 3), ("0x10", 1),
            ("1_000", 1), ("1 2", 2),
            ("'a'", 0), ("{'a':1}", 1), ("{a:1}", 1), ("{1:1}", 1), ("{\"a\"}", 4), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("{\"a\":1,}", 7),
            ("{,}", 1), ("{\"a\":1 \"b\":2}", 7),
            ("{", 1), ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("{\"a\":1]", 6), ("]", 0),
            ("}", 0), (",", 0), (":", 0), ("[1,,2]", 3),
            ("\"", 1), ("\"a", 2), ("\"\\", 2), ("\"\\x\"", 2), ("\"\\u12\"", 5), ("\"\\u12g4\"", 5), ("\"\\'\"", 2), ("\"a\nb\"", 2),
            ("\"a\tb\"", 2), ("\"a\0b\"", 2), ("\"\u{1f}\"", 1),
            ("/* c */ 1", 0), ("1 // c", 2), ("# c\n1", 0), ("[1] x", 4), ("{}{}", 2), ("1\0", 1), ("\0", 0), ("\u{FEFF}1", 0),
            ("\u{A0}1", 0), ("\u{B}1", 0),
            ("{\"a\\u0000b\":1}", 3), ("[\"a\",\n\"b\":1]", 9), ("undefined", 0), ("é", 0),
        ])
    func refuses(text: String, offset: Int) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        do throws(JSONError) {
            _ = try JSONValue(parsing: text)
        } catch {
            #expect(error.code == .syntax)
            #expect(error.offset == offset)
            #expect(error.message.hasSuffix("at byte \(offset)"))
        }
    }

    @Test(
        "bytes that are not UTF-8 and lone surrogates are refused",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFE], [0xFF],
            Array("\\ud800".utf8), Array("\\udc00".utf8), Array("\\ud800\\u0041".utf8), Array("\\ud800x".utf8),
            Array("\\udc00\\ud800".utf8), Array("\\ud800\\n".utf8),
            Array("\\ud83d\\ud83d\\ude00".utf8),
        ] as [[UInt8]])
    func refusesEncoding(bytes: [UInt8]) {
        #expect(code(of: [0x22] + bytes + [0x22]) == .notUTF8)
        #expect(code(of: [0x7B, 0x22] + bytes + Array("\":1}".utf8)) == .notUTF8)
    }

    @Test("bytes cut inside a character are refused without reading past the end")
    func refusesCutText() {
        let whole = Array("{\"aé\":[\"😀\\ud83d\\ude00\",-1.5e+3,true]}".utf8)
        for count in 0..<whole.count {
            #expect(code(of: Array(whole[..<count])) != nil, "\(count) bytes")
        }
        #expect(code(of: whole) == nil)
    }

    @Test(
        "a name that occurs twice is refused with the place of the second",
        arguments: [
            ("{\"a\":1,\"a\":1}", "duplicate name \"a\" at byte 7"), ("{\"a\":1,\"\\u0061\":2}", "duplicate name \"a\" at byte 7"),
            ("[{\"a\":{\"b\":1,\"c\":2,\"b\":{\"x\":1}}}]", "duplicate name \"b\" at byte 19"),
            ("{\"\":1,\"\":2}", "duplicate name \"\" at byte 6"),
            ("{\"a\":{\"x\":1,\"y\":2},\"a\":{}}", "duplicate name \"a\" at byte 19"),
            // One name in two spellings, which are equal strings in Swift.
            ("{\"\u{e9}\":1,\"e\u{301}\":2}", "duplicate name \"e\u{301}\" at byte 8"),
        ])
    func refusesDuplicates(text: String, message: String) {
        #expect(throws: JSONError(.duplicateName, message, offset: Int(message.split(separator: " ").last ?? ""))) {
            try JSONValue(parsing: text)
        }
    }

    @Test("one name in several objects is fine")
    func allowsNameInSeveralObjects() throws {
        #expect(try JSONValue(parsing: "[{\"a\":1},{\"a\":{\"a\":2}}]") == [["a": 1], ["a": ["a": 2]]])
    }

    @Test(
        "numbers that nothing of ours can hold are refused",
        arguments: [
            "18446744073709551616", "-9223372036854775809", "99999999999999999999999", "1e309", "-1e309", "1e99999",
            "1\(String(repeating: "0", count: 400)).0",
        ])
    func refusesNumbers(text: String) {
        #expect(code(of: Array(text.utf8)) == .numberOutOfRange)
        #expect(code(of: Array("{\"a\":[1,\(text)]}".utf8)) == .numberOutOfRange)
    }

    @Test("depth is limited to 128 levels, and to any other number that is asked for")
    func limitsDepth() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        func objects(_ depth: Int) -> String { String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth) }
        _ = try JSONValue(parsing: nested(128))
        _ = try JSONValue(parsing: objects(128))
        #expect(throws: JSONError(.tooDeep, "document nests deeper than 128 levels at byte 128", offset: 128)) {
            try JSONValue(parsing: nested(129))
        }
        #expect(code(of: Array(objects(129).utf8)) == .tooDeep)
        let shallow = JSONLimits(maxSizeBytes: 1000, maxDepth: 1)
        #expect(try JSONValue(parsing: "[1]", limits: shallow) == [1])
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[[]]", limits: shallow) }
        #expect(try JSONValue(parsing: "1", limits: JSONLimits(maxSizeBytes: 1, maxDepth: 0)) == 1)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[]", limits: JSONLimits(maxSizeBytes: 2, maxDepth: 0)) }
    }

    @Test(
        "text nested 100,000 deep is refused, whatever the caller allows",
        arguments: [JSONLimits.document, JSONLimits(maxSizeBytes: .max, maxDepth: .max)])
    func survivesDeepText(limits: JSONLimits) throws {
        for open in ["[", "{\"a\":"] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: open, count: 100_000), limits: limits) }
        }
        let deepest = String(repeating: "[", count: limits.maxDepth) + String(repeating: "]", count: limits.maxDepth)
        #expect(try JSONValue(parsing: deepest, limits: limits).serialized() == deepest)
    }

    @Test("size is limited to the byte")
    func limitsSize() throws {
        let limits = JSONLimits(maxSizeBytes: 5)
        #expect(try JSONValue(parsing: "[1,2]", limits: limits) == [1, 2])
        #expect(throws: JSONError(.tooLarge, "document has 6 bytes, 5 are allowed")) { try JSONValue(parsing: "[1,22]", limits: limits) }
    }

    @Test("100 MB of text are refused by default and read when allowed")
    func survivesLargeText() throws {
        let bytes = [0x22] + [UInt8](repeating: 0x61, count: 100_000_000) + [0x22]
        #expect(code(of: bytes) == .tooLarge)
        let value = try bytes.withUnsafeBytes { try JSONValue(parsing: $0, limits: JSONLimits(maxSizeBytes: 200_000_000)) }
        #expect(value.stringValue?.utf8.count == 100_000_000)
    }

    @Test("an empty buffer without an address is an error, not a trap")
    func refusesEmptyBuffer() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    private func code(of bytes: [UInt8]) -> JSONError.Code? {
        bytes.withUnsafeBytes { buffer in
            do throws(JSONError) {
                _ = try JSONValue(parsing: buffer)
                return nil
            } catch {
                return error.code
            }
        }
    }
}
