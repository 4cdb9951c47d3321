/// Functions that convert, and those about marks and types.
enum ConversionFunctions {
    static let all: [Function] = [
        conversion("tobool", .bool), conversion("tolist", .list(.dynamic)), conversion("tomap", .map(.dynamic)),
        conversion("tonumber", .number), conversion("toset", .set(.dynamic)), conversion("tostring", .string),
        ephemeralasnull, issensitive, nonsensitive, sensitive, removed("list", "tolist([ ... ])"), removed("map", "tomap({ ... })"),
    ]

    private static func conversion(_ name: String, _ wanted: ValueType) -> Function {
        Function(
            name, [.anything("v")], isNeverNull: false,
            returnType: { (arguments, _) throws(FunctionError) in
                let given = arguments[0].type
                if given == wanted || given.conversionExists(to: wanted) { return wanted }
                throw FunctionError(argument: 0, "cannot convert \(given.friendlyName) to \(wanted.constraintName)")
            },
            body: { (arguments, type, _) throws(FunctionError) in
                guard arguments[0].isKnown else { return Value.unknown(type).marked(with: arguments[0].marks) }
                do throws(ConversionError) {
                    return try arguments[0].converted(to: type)
                } catch {
                    throw failure(arguments[0], wanted)
                }
            })
    }

    private static func failure(_ value: Value, _ wanted: ValueType) -> FunctionError {
        let name = value.type.friendlyName
        if value.containsMarks(.sensitive) {
            return FunctionError(argument: 0, "cannot convert this sensitive \(name) to \(wanted.constraintName)")
        }
        let shown = value.stringValue?.goQuoted ?? "string"
        switch (value.type, wanted) {
        case (.string, .bool):
            return FunctionError(argument: 0, "cannot convert \(shown) to bool; only the strings \"true\" or \"false\" are allowed")
        case (.string, .number):
            return FunctionError(
                argument: 0, "cannot convert \(shown) to number; given string must be a decimal representation of a number")
        default: return FunctionError(argument: 0, "cannot convert \(name) to \(wanted.constraintName)")
        }
    }

    /// The type of the result is that of the argument.
    private static let same: Function.ReturnType = { (arguments, _) throws(FunctionError) in arguments[0].type }

    private static let sensitive = Function(
        "sensitive", [.anything("value")], isNeverNull: false, returnType: same,
        body: { (arguments, _, _) throws(FunctionError) in arguments[0].marked(with: .sensitive) })

    private static let nonsensitive = Function(
        "nonsensitive", [.anything("value")], isNeverNull: false, returnType: same,
        body: { (arguments, _, _) throws(FunctionError) in
            var value = arguments[0]
            value.marks.remove(.sensitive)
            return value
        })

    private static let issensitive = Function("issensitive", [.anything("value")], isNeverNull: false, returns: .bool) {
        (arguments, _, _) throws(FunctionError) in
        if arguments[0].marks.contains(.sensitive) { return .true }
        return arguments[0].isKnown ? .false : .unknown(.bool)
    }

    private static let ephemeralasnull = Function(
        "ephemeralasnull", [.anything("value")], isNeverNull: false, returnType: same,
        body: { (arguments, _, _) throws(FunctionError) in withoutEphemeral(arguments[0]) })

    private static func withoutEphemeral(_ value: Value) -> Value {
        if value.marks.contains(.ephemeral) { return Value.null(value.type).marked(with: value.marks.subtracting(.ephemeral)) }
        guard value.containsMarks(.ephemeral) else { return value }
        var result = value
        switch value.content {
        case .elements(let elements): result.content = .elements(elements.map(withoutEphemeral))
        case .members(let members): result.content = .members(members.mapValues(withoutEphemeral))
        default: break
        }
        return result
    }

    /// What the console's `type` prints, as a string.
    static let type = Function("type", [.anything("value", allowsMarked: false)], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        .string(arguments[0].type.typeExpression)
    }

    /// A function of long ago that only tells what to use instead.
    private static func removed(_ name: String, _ syntax: String) -> Function {
        let message =
            "the \"\(name)\" function was deprecated in Terraform v0.12 and is no longer available; use \(syntax) syntax to write a "
            + "literal \(name)"
        return Function(
            name, [], variadic: .anything("vals", allowsMarked: false),
            returnType: { (_, _) throws(FunctionError) in throw FunctionError(message) },
            body: { (_, _, _) throws(FunctionError) in throw FunctionError(message) })
    }
}
