/// Reads the types that variables are declared with: `list(object({ name = string, size = optional(number, 1) }))`.
package enum TypeExpression {
    /// The type, and the defaults of its optional attributes. With errors, parts of the type are `dynamic`.
    package static func parse(_ expression: Expression) -> (type: ValueType, defaults: TypeDefaults, diagnostics: Diagnostics) {
        var reader = TypeReader()
        let (type, defaults) = reader.read(expression, depth: 0)
        return (type, defaults ?? TypeDefaults(type: type), reader.diagnostics)
    }
}

private struct TypeReader {
    typealias Result = (type: ValueType, defaults: TypeDefaults?)

    var diagnostics: Diagnostics = []

    mutating func read(_ expression: Expression, depth: Int) -> Result {
        guard depth < Evaluator.depthMax else { return fail("The type is nested too deeply.", expression.range) }
        if let keyword = expression.keyword { return read(keyword: keyword, expression) }
        guard case .functionCall(let call, _) = expression else {
            return fail(
                "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).",
                expression.range)
        }
        if ["bool", "string", "number"].contains(call.name) {
            return fail("Primitive type keyword \(call.name.goQuoted) does not expect arguments.", call.argumentsRange, expression)
        }
        if call.name == "any" { return fail("Type constraint keyword \"any\" does not expect arguments.", call.argumentsRange, expression) }
        if call.name == "optional" {
            return fail("Keyword \"optional\" is valid only as a modifier for object type attributes.", call.nameRange)
        }
        guard let need = TypeReader.needs[call.name] else {
            return fail("Keyword \(call.name.goQuoted) is not a valid type constructor.", expression.range)
        }
        guard call.arguments.count == 1 else {
            let subject =
                call.arguments.count > 1
                ? SourceRange.between(call.arguments[1].range, call.arguments[call.arguments.count - 1].range) : call.argumentsRange
            return fail("The \(call.name) type constructor requires one argument specifying the \(need).", subject, expression)
        }
        switch call.name {
        case "list": return collection(call, depth) { .list($0) }
        case "set": return collection(call, depth) { .set($0) }
        case "map": return collection(call, depth) { .map($0) }
        case "tuple": return tuple(call, expression, depth)
        default: return object(call, expression, depth)
        }
    }

    private static let needs = [
        "list": "element type", "set": "element type", "map": "element type", "tuple": "element types as a list",
        "object": "attribute types and values as a map",
    ]

    private mutating func read(keyword: String, _ expression: Expression) -> Result {
        switch keyword {
        case "bool": return (.bool, nil)
        case "string": return (.string, nil)
        case "number": return (.number, nil)
        case "any": return (.dynamic, nil)
        default:
            guard let need = TypeReader.needs[keyword] else {
                return fail("The keyword \(keyword.goQuoted) is not a valid type specification.", expression.range)
            }
            return fail("The \(keyword) type constructor requires one argument specifying the \(need).", expression.range)
        }
    }

    private mutating func collection(_ call: FunctionCall, _ depth: Int, _ wrap: (ValueType) -> ValueType) -> Result {
        let (element, defaults) = read(call.arguments[0], depth: depth + 1)
        let type = wrap(element)
        return (type, defaults.map { TypeDefaults(type: type, children: ["": $0]) })
    }

    private mutating func tuple(_ call: FunctionCall, _ expression: Expression, _ depth: Int) -> Result {
        guard case .tuple(let items, _, _) = call.arguments[0] else {
            return fail("Tuple type constructor requires a list of element types.", call.arguments[0].range, expression)
        }
        var types: [ValueType] = []
        var children: [String: TypeDefaults] = [:]
        for (position, item) in items.enumerated() {
            let (type, defaults) = read(item, depth: depth + 1)
            types.append(type)
            children[String(position)] = defaults
        }
        let type = ValueType.tuple(types)
        return (type, children.isEmpty ? nil : TypeDefaults(type: type, children: children))
    }

    private mutating func object(_ call: FunctionCall, _ expression: Expression, _ depth: Int) -> Result {
        guard case .object(let items, _, _) = call.arguments[0] else {
            let detail =
                "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types."
            return fail(detail, call.arguments[0].range, expression)
        }
        var types: [String: ValueType] = [:]
        var optional: Set<String> = []
        var values: [String: Value] = [:]
        var children: [String: TypeDefaults] = [:]
        for item in items {
            guard let name = item.key.keyword else {
                _ = fail("Object constructor map keys must be attribute names.", item.key.range, expression)
                continue
            }
            if types[name] != nil {
                _ = fail("Object constructor map keys must be unique.", item.key.range, expression)
                continue
            }
            guard let attribute = attribute(item.value) else { continue }
            if attribute.isOptional { optional.insert(name) }
            let (type, defaults) = read(attribute.type, depth: depth + 1)
            types[name] = type
            children[name] = defaults
            if let fallback = attribute.fallback { values[name] = self.fallback(fallback, type) }
        }
        let type = ValueType.object(types, optional: optional)
        let isPlain = values.isEmpty && children.isEmpty
        return (type, isPlain ? nil : TypeDefaults(type: type, values: values, children: children))
    }

    /// Takes `optional(…)` off; nil if it is used in a wrong way.
    private mutating func attribute(_ expression: Expression) -> (type: Expression, isOptional: Bool, fallback: Expression?)? {
        guard case .functionCall(let call, _) = expression, call.name == "optional" else { return (expression, false, nil) }
        switch call.arguments.count {
        case 0:
            _ = fail("Optional attribute modifier requires the attribute type as its argument.", call.argumentsRange, expression)
            return nil
        case 1: return (call.arguments[0], true, nil)
        case 2: return (call.arguments[0], true, call.arguments[1])
        default:
            let detail = "Optional attribute modifier expects at most two arguments: the attribute type, and a default value."
            _ = fail(detail, call.argumentsRange, expression)
            return (call.arguments[0], false, nil)
        }
    }

    private mutating func fallback(_ expression: Expression, _ type: ValueType) -> Value? {
        let (value, found) = expression.evaluate(in: .constant)
        diagnostics += found
        if found.hasErrors { return nil }
        do {
            return try value.converted(to: type)
        } catch {
            let detail = "This default value is not compatible with the attribute's type constraint: \(error.message)."
            diagnostics.append(.error("Invalid default value for optional attribute", detail, subject: expression.range))
            return nil
        }
    }

    private mutating func fail(_ detail: String, _ subject: SourceRange, _ context: Expression? = nil) -> Result {
        diagnostics.append(.error("Invalid type specification", detail, subject: subject, context: context?.range))
        return (.dynamic, nil)
    }
}

extension FunctionCall {
    /// From parenthesis to parenthesis.
    fileprivate var argumentsRange: SourceRange { .between(open, close) }
}
