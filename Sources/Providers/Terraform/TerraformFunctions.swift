import HCL

/// The functions of the provider inside Terraform, which read and write the language itself.
enum TerraformFunctions {
    static let all = [encodeTfvars, decodeTfvars, encodeExpr]

    private static let encodeTfvars = Function("encode_tfvars", [.init("value", .dynamic)], returns: .string) {
        (arguments, type, _) throws(FunctionError) in
        if !arguments[0].isWhollyKnown { return .unknown(type) }
        guard arguments[0].members != nil else {
            throw FunctionError("invalid value to encode: must be an object whose attribute names will become the encoded variable names")
        }
        var text = ""
        for (name, value) in arguments[0].sortedMembers {
            guard Names.isIdentifier(name) else {
                let rules = "must be a valid identifier, per Terraform's rules for input variable declarations"
                throw FunctionError("invalid variable name \(name.goQuoted): \(rules)")
            }
            text += "\(name) = \(value.expressionText)\n"
        }
        return .string(formatted(text))
    }

    private static let encodeExpr = Function("encode_expr", [.init("value", .dynamic)], returns: .string) {
        (arguments, type, _) throws(FunctionError) in
        if !arguments[0].isWhollyKnown { return .unknown(type) }
        // The formatter lays out whole files.
        let name = "v = "
        return .string(String(formatted(name + arguments[0].expressionText + "\n").dropFirst(name.count).dropLast()))
    }

    private static let decodeTfvars = Function(
        "decode_tfvars", [.init("src", .string)],
        returnType: { (arguments, _) throws(FunctionError) in
            guard let text = arguments[0].stringValue else { return .dynamic }
            return try decoded(text).type
        },
        body: { (arguments, _, _) throws(FunctionError) in try decoded(arguments[0].stringValue ?? "") })

    private static func formatted(_ text: String) -> String {
        text.isEmpty ? "" : String(decoding: Formatter.format(Array(text.utf8)), as: UTF8.self)
    }

    private static func decoded(_ text: String) throws(FunctionError) -> Value {
        func refuse(_ what: String, _ found: Diagnostics) -> FunctionError { FunctionError("\(what): \(found.phrase)") }
        let (body, mistakes) = Parser.parseFile(Array(text.utf8), file: "<decode_tfvars argument>")
        if mistakes.hasErrors { throw refuse("invalid tfvars syntax", mistakes) }
        let (attributes, found) = body.justAttributes()
        if found.hasErrors { throw refuse("invalid tfvars content", found) }
        var members: [String: Value] = [:]
        for attribute in attributes {
            let (value, found) = attribute.expression.evaluate(in: .constant)
            if found.hasErrors { throw refuse("invalid expression for variable \(attribute.name.goQuoted)", found) }
            members[attribute.name] = value
        }
        return .object(members)
    }
}

extension Value {
    /// An expression whose value this is, not laid out.
    fileprivate var expressionText: String {
        if isNull { return "null" }
        if let text = stringValue { return text.hclQuoted }
        if let number = numberValue { return number.text }
        if let flag = boolValue { return String(flag) }
        if let elements { return "[" + elements.map(\.expressionText).joined(separator: ", ") + "]" }
        let lines = sortedMembers.map { name, value in
            "\(Names.isIdentifier(name) ? name : name.hclQuoted) = \(value.expressionText)\n"
        }
        return lines.isEmpty ? "{}" : "{\n" + lines.joined() + "}"
    }
}

extension [Diagnostic] {
    /// The first, and how many more there are.
    fileprivate var phrase: String {
        guard let first else { return "" }
        let place = first.subject.map { "\($0): " } ?? ""
        let more = count > 1 ? ", and \(count - 1) other diagnostic(s)" : ""
        return "\(place)\(first.summary); \(first.detail)\(more)"
    }
}
