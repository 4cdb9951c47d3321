/// Functions that put values into texts by verbs.
enum FormatFunctions {
    static let all: [Function] = [format, formatlist]

    private static let arguments = Function.Parameter("args", .dynamic, allowsNull: true, allowsUnknown: true)

    private static let format = Function("format", [.string("format")], variadic: arguments, returns: .string) {
        (arguments, type, _) throws(FunctionError) in
        let pattern = arguments[0].string
        guard arguments.dropFirst().allSatisfy(\.isWhollyKnown) else {
            let prefix = pattern.utf8.prefix { $0 != UInt8(ascii: "%") }
            let isKnown = !prefix.isEmpty && prefix.count < pattern.utf8.count
            return .unknown(type, Refinement(isNotNull: true, prefix: isKnown ? Array(prefix).text : nil))
        }
        return .string(try text(pattern, Array(arguments.dropFirst())))
    }

    private static let formatlist = Function(
        "formatlist", [.string("format")], variadic: arguments, returns: .list(.string)
    ) { (arguments, type, _) throws(FunctionError) in
        let pattern = arguments[0].string
        let values = Array(arguments.dropFirst())
        if values.isEmpty { return .list([.string(try text(pattern, []))], of: .string) }
        // Sequences are gone through together, other values are the same each time.
        var length: (count: Int, argument: Int)?
        var isKnown = true
        for (index, value) in values.enumerated() {
            guard value.type.isSequence || value.type.isSet, !value.isNull else {
                if value.type == .dynamic, !value.isKnown { isKnown = false }
                continue
            }
            guard let range = value.lengthRange, range.lower == range.upper, value.isKnown || value.type.isTuple else {
                isKnown = false
                continue
            }
            if let length, length.count != range.lower {
                throw FunctionError(
                    argument: index + 1,
                    "argument \(index + 1) has length \(range.lower), which is inconsistent with argument \(length.argument) of length "
                        + "\(length.count)")
            }
            if length == nil { length = (range.lower, index + 1) }
            if !value.isKnown { isKnown = false }
        }
        guard isKnown else { return .unknown(type) }
        var result: [Value] = []
        var size = 0
        for index in 0..<(length?.count ?? 1) {
            let row = values.map { value in
                value.type.isSequence || value.type.isSet ? value.elements.map { $0[index] } ?? value : value
            }
            guard row.allSatisfy(\.isWhollyKnown) else {
                result.append(.unknown(.string, .notNull))
                continue
            }
            do throws(FunctionError) {
                let line = try text(pattern, row)
                size += line.utf8.count
                result.append(.string(line))
            } catch {
                throw FunctionError("error on format iteration \(index): \(error.message)")
            }
            guard size <= FunctionLimits.textMax else { throw FunctionError("the result is too long") }
        }
        return .list(result, of: .string)
    }

    /// The format with its verbs replaced.
    private static func text(_ format: String, _ arguments: [Value]) throws(FunctionError) -> String {
        var scanner = FormatScanner(format)
        var result: [UInt8] = []
        var highest = 0
        while let part = try scanner.next() {
            switch part {
            case .literal(let bytes): result += bytes
            case .verb(let verb):
                highest = max(highest, verb.argument)
                guard verb.argument <= arguments.count else {
                    let problem = "need index \(verb.argument) but have \(arguments.count) total"
                    throw FunctionError("not enough arguments for \(verb.text.goQuoted) at \(verb.offset): \(problem)")
                }
                result += try Array(text(arguments[verb.argument - 1], verb).utf8)
            }
            guard result.count <= FunctionLimits.textMax else { throw FunctionError("the result is too long") }
        }
        if highest < arguments.count {
            let problem = highest == 0 ? "no verbs in format string" : "only \(highest) used by format string"
            throw FunctionError(argument: highest + 1, "too many arguments; \(problem)")
        }
        return result.text
    }

    private static func text(_ value: Value, _ verb: FormatVerb) throws(FunctionError) -> String {
        let unsupported = "unsupported value for \(verb.text.goQuoted) at \(verb.offset): "
        if verb.mode != "v", value.isNull { throw FunctionError(unsupported + "null value cannot be formatted") }
        func converted(_ type: ValueType) throws(FunctionError) -> Value {
            do throws(ConversionError) {
                return try value.converted(to: type)
            } catch {
                throw FunctionError(unsupported + error.description)
            }
        }
        switch verb.mode {
        case "v":
            if !verb.isSharp, let text = value.stringValue { return padded(text, verb) }
            if !verb.isSharp, let number = value.numberValue { return padded(NumberFormat.shortest(number), verb) }
            do throws(JSONEncodingError) {
                return padded(try value.jsonEncoded(), verb)
            } catch {
                throw FunctionError(unsupported + error.description)
            }
        case "t": return try converted(.bool).boolValue == true ? "true" : "false"
        case "b", "d", "o", "x", "X":
            guard let text = NumberFormat.integer(try converted(.number).number, verb) else {
                throw FunctionError(unsupported + "an integer is required")
            }
            return text
        case "e", "E", "f", "g", "G": return NumberFormat.float(try converted(.number).number, verb)
        case "s", "q":
            var text = try converted(.string).string
            if let precision = verb.precision, precision > 0 { text = text.graphemes.prefix(precision).joined() }
            return padded(verb.mode == "q" ? text.jsonQuoted : text, verb)
        default:
            let mode = GoText.quoted(verb.mode)
            throw FunctionError("unsupported format verb \(mode) in \(verb.text.goQuoted) at offset \(verb.offset)")
        }
    }

    /// Made as wide as the verb says, in characters as people see them.
    private static func padded(_ text: String, _ verb: FormatVerb) -> String {
        guard let width = verb.width else { return text }
        let missing = width - text.graphemeCount
        if missing <= 0 { return text }
        let padding = String(repeating: verb.isZero ? "0" : " ", count: missing)
        return verb.isMinus ? text + padding : padding + text
    }
}
