/// Functions that search by regular expressions.
enum RegexFunctions {
    static let all: [Function] = [regex, regexall, replace]

    private static let regex = Function(
        "regex", [.string("pattern"), .string("string")],
        returnType: { (arguments, _) throws(FunctionError) in
            guard let pattern = arguments[0].stringValue else { return .dynamic }
            return try resultType(try compiled(pattern))
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let expression = try compiled(arguments[0].string)
            var text = arguments[1].string
            let found: Value? = text.withUTF8 { bytes in
                expression.firstMatch(in: bytes).map { value(of: $0, expression, in: bytes, type: type) }
            }
            guard let found else { throw FunctionError("pattern did not match any part of the given string") }
            return found
        })

    private static let regexall = Function(
        "regexall", [.string("pattern"), .string("string")],
        returnType: { (arguments, _) throws(FunctionError) in
            guard let pattern = arguments[0].stringValue else { return .list(.dynamic) }
            return .list(try resultType(try compiled(pattern)))
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let expression = try compiled(arguments[0].string)
            let element = type.elementType ?? .dynamic
            var text = arguments[1].string
            let results: [Value] = text.withUTF8 { bytes in
                expression.matches(in: bytes).map { value(of: $0, expression, in: bytes, type: element) }
            }
            return .list(results, of: element)
        })

    private static let replace = Function(
        "replace", [.string("str"), .string("substr"), .string("replace")], returns: .string
    ) { (arguments, _, _) throws(FunctionError) in
        var text = arguments[0].string
        let pattern = arguments[1].string.utf8
        let template = Array(arguments[2].string.utf8)
        let slash = UInt8(ascii: "/")
        guard pattern.count > 1, pattern.first == slash, pattern.last == slash else {
            return try replacing(arguments[1].string, in: text, with: arguments[2].string)
        }
        let expression: RegularExpression
        do throws(RegularExpression.Fault) {
            expression = try RegularExpression(Array(pattern.dropFirst().dropLast()).text)
        } catch {
            throw FunctionError("error parsing regexp: \(error.reason): `\(error.part)`")
        }
        let result = text.withUTF8 { expression.replacing(in: $0, with: template, limit: FunctionLimits.textMax) }
        return try .boundedString((result ?? []).text, bytes: result?.count ?? .max)
    }

    private static func replacing(_ part: String, in text: String, with replacement: String) throws(FunctionError) -> Value {
        if part.isEmpty {
            let scalars = text.unicodeScalars
            let size = text.utf8.count + (scalars.count + 1) * replacement.utf8.count
            return try .boundedString(replacement + scalars.map { String($0) + replacement }.joined(), bytes: size)
        }
        let parts = ByteText.split(text, by: part)
        return try .boundedString(
            parts.joined(separator: replacement), bytes: text.utf8.count + (parts.count - 1) * replacement.utf8.count)
    }

    private static func compiled(_ pattern: String) throws(FunctionError) -> RegularExpression {
        do throws(RegularExpression.Fault) {
            return try RegularExpression(pattern)
        } catch {
            throw FunctionError(argument: 0, "invalid regexp pattern: \(error.reason) in \(error.part)")
        }
    }

    /// A string without groups, a tuple with groups, an object if they have names.
    private static func resultType(_ expression: RegularExpression) throws(FunctionError) -> ValueType {
        let names = expression.groupNames.compactMap { $0 }
        if names.isEmpty { return expression.groupCount == 0 ? .string : .tuple(expression.groupNames.map { _ in .string }) }
        guard names.count == expression.groupCount else {
            throw FunctionError(argument: 0, "invalid regexp pattern: cannot mix both named and unnamed capture groups")
        }
        return .object(Dictionary(names.map { ($0, .string) }) { first, _ in first })
    }

    private static func value(
        of match: RegularExpression.Match, _ expression: RegularExpression, in text: UnsafeBufferPointer<UInt8>, type: ValueType
    ) -> Value {
        let values = match.map { span in span.map { Value.string(text[$0].text) } ?? .null(.string) }
        switch type {
        case .tuple: return .tuple(Array(values.dropFirst()))
        case .object:
            return .object(Dictionary(zip(expression.groupNames.compactMap { $0 }, values.dropFirst())) { _, last in last })
        default: return values[0]
        }
    }
}
