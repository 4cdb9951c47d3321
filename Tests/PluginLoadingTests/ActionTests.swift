import JSON
import PluginABI
import PluginLoading
import Synchronization
import TestSupport
import Testing

@Suite struct ActionTests {
    static func declaration(_ parameters: ActionParameter...) -> ActionDeclaration {
        ActionDeclaration(id: "act", title: "Act", summary: "", appliesTo: nil, flags: 0, parameters: parameters)
    }

    /// A value for one parameter: what it becomes, or what the refusal says.
    struct Trial: Sendable, CustomTestStringConvertible {
        var type: ActionType
        var value: JSONValue
        var expected: ActionArgument?
        var words: String

        init(_ type: ActionType, _ value: JSONValue, _ expected: ActionArgument) {
            (self.type, self.value, self.expected, self.words) = (type, value, expected, "")
        }

        init(_ type: ActionType, _ value: JSONValue, refusedWith words: String) {
            (self.type, self.value, self.expected, self.words) = (type, value, nil, words)
        }

        var testDescription: String { "\(type) \(value.serialized().prefix(40))" }
    }

    static let trials: [Trial] = [
        Trial(.i64, 7, .i64(7)), Trial(.i64, .integer(.min), .i64(.min)), Trial(.i64, .integer(.max), .i64(.max)),
        Trial(.i64, .unsigned(1 << 63), refusedWith: "must be of type i64, is integer 9223372036854775808"),
        Trial(.i64, 1.5, refusedWith: "must be of type i64, is number 1.5"), Trial(.i64, "7", refusedWith: "is string \"7\""),
        Trial(.u64, 0, .u64(0)), Trial(.u64, .unsigned(.max), .u64(.max)),
        Trial(.u64, -1, refusedWith: "must be of type u64, is integer -1"),
        Trial(.f64, 1.5, .f64(1.5)), Trial(.f64, 2, .f64(2)),
        Trial(.f64, .number(-.greatestFiniteMagnitude), .f64(-.greatestFiniteMagnitude)),
        Trial(.f64, true, refusedWith: "must be of type f64, is boolean true"),
        Trial(.bool, true, .bool(true)), Trial(.bool, false, .bool(false)),
        Trial(.bool, 1, refusedWith: "must be of type bool, is integer 1"),
        Trial(.str, "", .str("")), Trial(.str, "a\u{0}ü😀", .str("a\u{0}ü😀")), Trial(.str, nil, refusedWith: "must be of type str, is null"),
        Trial(.str, 5, refusedWith: "must be of type str, is integer 5"),
        Trial(.bytes, "ü", .bytes([0xC3, 0xBC])), Trial(.bytes, [1], refusedWith: "must be of type bytes, is array [1]"),
        Trial(.json, ["a": [1, nil]], .json("{\"a\":[1,null]}")), Trial(.json, nil, .json("null")),
    ]

    @Test("an action with bad arguments is not called: type and range of each value are checked", arguments: trials)
    func types(_ trial: Trial) throws {
        let declaration = Self.declaration(ActionParameter(name: "p", type: trial.type, summary: "a thing"))
        if let expected = trial.expected {
            #expect(try declaration.arguments(from: ["p": trial.value]) == [expected])
        } else {
            let error = #expect(throws: PluginError.self) { try declaration.arguments(from: ["p": trial.value]) }
            #expect(error?.code == .arguments)
            #expect(error?.message.hasPrefix("action act: parameter \"p\" ") == true)
            #expect(error?.message.contains(trial.words) == true, "\(error?.message ?? "")")
        }
    }

    @Test("defaults are filled in, constraints hold, and names must be known")
    func names() throws {
        let declaration = Self.declaration(
            ActionParameter(name: "word", type: .str, summary: "what is said", constraint: "{\"type\":\"string\",\"maxLength\":3}"),
            ActionParameter(name: "times", type: .u64, summary: "how often", constraint: "{\"maximum\":16}", defaultValue: "2"))
        #expect(try declaration.arguments(from: ["word": "abc"]) == [.str("abc"), .u64(2)])
        #expect(try declaration.arguments(from: ["word": "", "times": 16]) == [.str(""), .u64(16)])
        let refusals: [([String: JSONValue], String)] = [
            ([:], "action act: parameter \"word\" is required: what is said"), (["word": "abcd"], "action act: parameter \"word\" "),
            (["word": "a", "times": 17], "action act: parameter \"times\" "),
            (["word": "a", "time": 1], "action act has no parameter \"time\"; it takes word, times"),
        ]
        for (values, words) in refusals {
            let error = #expect(throws: PluginError.self) { try declaration.arguments(from: values) }
            #expect(error?.code == .arguments)
            #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
        }
        let none = #expect(throws: PluginError.self) { try Self.declaration().arguments(from: ["x": 1]) }
        #expect(none?.message == "action act has no parameter \"x\"; it takes none")
    }

    @Test("text of a command line is read by the type of its parameter")
    func texts() throws {
        let declaration = Self.declaration(
            ActionParameter(name: "s", type: .str, summary: ""), ActionParameter(name: "n", type: .i64, summary: ""),
            ActionParameter(name: "b", type: .bool, summary: ""), ActionParameter(name: "j", type: .json, summary: ""))
        #expect(
            try declaration.values(fromText: ["s": "12", "n": "-12", "b": "yes", "j": "[1]", "x": "y"])
                == ["s": "12", "n": -12, "b": true, "j": [1], "x": "y"])
        let error = #expect(throws: PluginError.self) { try declaration.values(fromText: ["n": "twelve"]) }
        #expect(error?.code == .arguments)
        #expect(error?.message == "action act: parameter \"n\" is \"twelve\", not a value of type i64")
    }

    @Test("a call with twelve parameters of all seven types arrives exactly, and so does its result")
    func call() throws {
        typealias Function =
            @convention(c) (
                OpaquePointer?, UnsafePointer<berth_job>?, UnsafePointer<berth_request>?, Int64, UInt64, Double, UInt64,
                UnsafePointer<berth_str>?, UnsafePointer<berth_bytes>?, UnsafePointer<berth_str>?, Double, Int64, Double, UInt64,
                UnsafePointer<berth_str>?
            ) -> UInt32
        let function: Function = { instance, job, request, i, u, f, flag, text, bytes, json, f2, i2, f3, flag2, text2 in
            func words(_ text: UnsafePointer<berth_str>?) -> String {
                String(decoding: UnsafeRawBufferPointer(start: text!.pointee.ptr, count: Int(text!.pointee.len)), as: UTF8.self)
            }
            arrived.withLock {
                $0 = [
                    "\(UInt(bitPattern: instance))", "\(UInt(bitPattern: job))", "\(UInt(bitPattern: request))", "\(i)", "\(u)", "\(f)",
                    "\(flag)",
                    words(text), "\([UInt8](UnsafeRawBufferPointer(start: bytes!.pointee.ptr, count: Int(bytes!.pointee.len))))",
                    words(json),
                    "\(f2)", "\(i2)", "\(f3)", "\(flag2)", "\(words(text2)) \(text2!.pointee.ptr != nil)",
                ]
            }
            return 0xDEAD_BEEF
        }
        let arguments: [ActionArgument] = [
            .i64(.min), .u64(.max), .f64(-0.1), .bool(true), .str("grüß\u{0}dich"), .bytes([0, 255, 7]), .json("{\"a\":1}"),
            .f64(.greatestFiniteMagnitude), .i64(-1), .f64(.leastNonzeroMagnitude), .bool(false), .str(""),
        ]
        let call = try ActionCall(unsafeBitCast(function, to: (@convention(c) () -> Void).self), types: arguments.map(\.type))
        let job = UnsafePointer<berth_job>(bitPattern: 0x1230)!
        let request = UnsafePointer<berth_request>(bitPattern: 0x4560)!
        #expect(call(OpaquePointer(bitPattern: 0x7890)!, job, request, arguments) == 0xDEAD_BEEF)
        #expect(
            arrived.withLock { $0 } == [
                "\(0x7890)", "\(0x1230)", "\(0x4560)", "\(Int64.min)", "\(UInt64.max)", "-0.1", "1", "grüß\u{0}dich", "[0, 255, 7]",
                "{\"a\":1}",
                "\(Double.greatestFiniteMagnitude)", "-1", "\(Double.leastNonzeroMagnitude)", "0", " true",
            ])
    }

    @Test("a call without parameters arrives, too")
    func emptyCall() throws {
        let function: @convention(c) (OpaquePointer?, UnsafePointer<berth_job>?, UnsafePointer<berth_request>?) -> UInt32 = { _, _, _ in 8 }
        let call = try ActionCall(unsafeBitCast(function, to: (@convention(c) () -> Void).self), types: [])
        #expect(
            call(
                OpaquePointer(bitPattern: 8)!, UnsafePointer<berth_job>(bitPattern: 8)!, UnsafePointer<berth_request>(bitPattern: 8)!, [])
                == 8)
    }
}

/// What the function of the call above saw; a C function has no room of its own.
private let arrived = Mutex<[String]>([])
