/// Makes a tree of JSON tokens, with HCL's diagnostics.
struct JSONTreeParser {
    private let tokens: [JSONToken]
    private var next = 0
    private var depth = 0
    private(set) var diagnostics: Diagnostics = []

    private static let startDetail = "A JSON value must start with a brace, a bracket, a number, a string, or a keyword."

    init(_ tokens: [JSONToken]) { self.tokens = tokens }

    /// The only value of the text.
    mutating func parse() -> JSONNode {
        let node = value()
        if diagnostics.isEmpty, peek.kind != .endOfFile {
            fail("Extraneous data after value", "Extra characters appear after the JSON value.", at: peek.range)
        }
        return node
    }

    private var peek: JSONToken { tokens[next] }

    @discardableResult
    private mutating func read() -> JSONToken {
        let token = tokens[next]
        if token.kind != .endOfFile { next += 1 }
        return token
    }

    private mutating func fail(_ summary: String, _ detail: String, at range: SourceRange, context: SourceRange? = nil) {
        diagnostics.append(.error(summary, detail, subject: range, context: context))
    }

    private mutating func value() -> JSONNode {
        let token = peek
        guard depth < SyntaxLimits.depthMax else {
            fail("Configuration nested too deeply", "Values can be nested at most \(SyntaxLimits.depthMax) levels deep.", at: token.range)
            next = tokens.count - 1
            return .invalid(token.range)
        }
        depth += 1
        defer { depth -= 1 }
        let node: JSONNode?
        switch token.kind {
        case .openBrace: node = object()
        case .openBracket: node = array()
        case .number: node = number()
        case .string: node = string()
        case .word: node = word()
        case .closeBrace:
            fail("Missing JSON value", Self.startDetail, at: token.range)
            node = nil
        case .closeBracket:
            fail("Missing array element value", Self.startDetail, at: token.range)
            node = nil
        case .endOfFile:
            fail("Missing value", "The JSON data ends prematurely.", at: token.range)
            node = nil
        default:
            fail("Invalid start of value", Self.startDetail, at: token.range)
            node = nil
        }
        return node ?? .invalid(token.range)
    }

    /// Skips to the end of the bracket that `token` is in, as far as can be told.
    private mutating func recover(_ token: JSONToken, open: JSONToken.Kind, close: JSONToken.Kind) {
        var nesting = 1
        var token = token
        while token.kind != .endOfFile {
            if token.kind == open { nesting += 1 }
            if token.kind == close {
                nesting -= 1
                if nesting <= 1 { return }
            }
            token = read()
        }
    }

    // MARK: Objects and arrays

    private mutating func object() -> JSONNode? {
        let open = read()
        var properties: [JSONProperty] = []
        while peek.kind != .closeBrace {
            let key = value()
            guard case .string(let name, let nameRange) = key else {
                fail("Invalid object property name", "A JSON object property name must be a string", at: key.startRange)
                return nil
            }
            let colon = read()
            guard colon.kind == .colon else {
                recover(colon, open: .openBrace, close: .closeBrace)
                tellMissingColon(colon)
                return nil
            }
            properties.append(JSONProperty(name: name, nameRange: nameRange, value: value()))

            switch peek.kind {
            case .comma:
                let comma = read()
                guard peek.kind != .closeBrace else {
                    fail(
                        "Trailing comma in object", "JSON does not permit a trailing comma after the final property in an object.",
                        at: comma.range)
                    return nil
                }
            case .closeBrace: break
            case .endOfFile:
                fail("Unclosed object", "No closing brace was found for this JSON object.", at: open.range)
                return nil
            case .closeBracket:
                read()
                fail("Mismatched braces", "A JSON object must be closed with a brace, not a bracket.", at: peek.range)
                return nil
            default:
                recover(read(), open: .openBrace, close: .closeBrace)
                fail(
                    "Missing attribute seperator comma", "A comma must appear between each property definition in an object.",
                    at: peek.range)
                return nil
            }
        }
        return .object(properties, open: open.range, close: read().range)
    }

    private mutating func tellMissingColon(_ token: JSONToken) {
        switch token.kind {
        case .closeBrace, .comma:
            fail("Missing object value", "A JSON object attribute must have a value, introduced by a colon.", at: token.range)
        case .equals:
            fail("Missing property value colon", "JSON uses a colon as its name/value delimiter, not an equals sign.", at: token.range)
        default:
            fail("Missing property value colon", "A colon must appear between an object property's name and its value.", at: token.range)
        }
    }

    private mutating func array() -> JSONNode? {
        let open = read()
        var elements: [JSONNode] = []
        while peek.kind != .closeBracket {
            elements.append(value())
            switch peek.kind {
            case .comma:
                let comma = read()
                guard peek.kind != .closeBracket else {
                    fail(
                        "Trailing comma in array", "JSON does not permit a trailing comma after the final value in an array.",
                        at: comma.range)
                    return nil
                }
            case .closeBracket: break
            case let other:
                recover(read(), open: .openBracket, close: .closeBracket)
                switch other {
                case .colon: fail("Invalid array value", "A colon is not used to introduce values in a JSON array.", at: peek.range)
                case .endOfFile: fail("Unclosed object", "No closing bracket was found for this JSON array.", at: open.range)
                case .closeBrace:
                    fail("Mismatched brackets", "A JSON array must be closed with a bracket, not a brace.", at: peek.range)
                default:
                    fail("Missing attribute seperator comma", "A comma must appear between each value in an array.", at: peek.range)
                }
                return nil
            }
        }
        return .array(elements, open: open.range, close: read().range)
    }

    // MARK: Scalars

    private mutating func number() -> JSONNode? {
        let token = read()
        let text = String(decoding: token.text, as: UTF8.self)
        guard JSONScalar.isNumber(token.text), let number = Number(parsing: text) else {
            fail("Invalid JSON number", "There is a syntax error in the given JSON number.", at: token.range)
            return nil
        }
        return .number(number, token.range)
    }

    private mutating func string() -> JSONNode? {
        let token = read()
        switch JSONScalar.string(token.text) {
        case .success(let text): return .string(text, token.range)
        case .failure(let mistake):
            var start = token.range.start
            start.byte += mistake.offset
            start.column += mistake.offset
            let end = SourcePosition(line: start.line, column: start.column + 1, byte: start.byte + 1)
            fail(
                "Invalid JSON string", "There is a syntax error in the given JSON string.",
                at: SourceRange(file: token.range.file, start: start, end: end), context: token.range)
            return nil
        }
    }

    private mutating func word() -> JSONNode? {
        let token = read()
        let text = String(decoding: token.text, as: UTF8.self)
        switch text {
        case "true": return .bool(true, token.range)
        case "false": return .bool(false, token.range)
        case "null": return .null(token.range)
        case "undefined", "NaN", "Infinity":
            fail("Invalid JSON keyword", "The JavaScript identifier \(text.goQuoted) cannot be used in JSON.", at: token.range)
        default:
            let near = Names.suggestion(for: text, among: ["false", "true", "null"]).map { " Did you mean \($0.goQuoted)?" } ?? ""
            fail("Invalid JSON keyword", "\(text.goQuoted) is not a valid JSON keyword." + near, at: token.range)
        }
        return nil
    }
}
