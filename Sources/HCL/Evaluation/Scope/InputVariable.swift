/// `variable "name" { … }`, as far as its value is concerned.
package struct InputVariable: Sendable {
    package var name: String
    /// What values are converted to.
    package var type: ValueType = .dynamic
    package var defaults = TypeDefaults(type: .dynamic)
    /// Converted to the type; nil if a value has to be given.
    package var fallback: Value?
    package var isSensitive = false
    package var isEphemeral = false
    /// Whether null can be its value; else null stands for the default.
    package var isNullable = true
    package var range: SourceRange

    package init(name: String, range: SourceRange) {
        self.name = name
        self.range = range
    }

    /// Reads a block.
    package static func decode(_ block: Block) -> (InputVariable, Diagnostics) {
        var variable = InputVariable(name: block.labels.first ?? "", range: block.headerRange)
        var diagnostics: Diagnostics = []
        for (flag, path) in [
            ("sensitive", \InputVariable.isSensitive), ("ephemeral", \InputVariable.isEphemeral), ("nullable", \InputVariable.isNullable),
        ] {
            guard let attribute = block.body.attribute(flag) else { continue }
            let (value, found) = attribute.expression.evaluate(in: .constant)
            diagnostics += found
            do {
                guard let flag = try value.converted(to: .bool).boolValue else { continue }
                variable[keyPath: path] = flag
            } catch {
                let expression = attribute.expression
                let detail = "Unsuitable value: \(error.message)"
                diagnostics.append(
                    .error("Unsuitable value type", detail, subject: expression.startRange, context: expression.range))
            }
        }
        if let attribute = block.body.attribute("type") {
            let (type, defaults, found) = decodeType(attribute.expression)
            diagnostics += found
            variable.type = type
            variable.defaults = defaults
        }
        if let attribute = block.body.attribute("default") { diagnostics += variable.decodeDefault(attribute.expression) }
        return (variable, diagnostics)
    }

    /// A type as a variable states it, where `list` and `map` alone are allowed for old times' sake.
    private static func decodeType(_ expression: Expression) -> (ValueType, TypeDefaults, Diagnostics) {
        switch expression.keyword {
        case "list": return (.list(.dynamic), TypeDefaults(type: .list(.dynamic)), [])
        case "map": return (.map(.dynamic), TypeDefaults(type: .map(.dynamic)), [])
        default: break
        }
        if case .template = expression {
            return (.dynamic, TypeDefaults(type: .dynamic), [quotedType(expression)])
        }
        let result = TypeExpression.parse(expression)
        return result.diagnostics.hasErrors ? (.dynamic, TypeDefaults(type: .dynamic), result.diagnostics) : result
    }

    /// What is said of types as they were written long ago.
    private static func quotedType(_ expression: Expression) -> Diagnostic {
        let text = expression.evaluate(in: .constant).value.stringValue ?? ""
        let advice = [
            "string": ".", "list": " and write list(string) instead to explicitly indicate that the list elements are strings.",
            "map": " and write map(string) instead to explicitly indicate that the map elements are strings.",
        ]
        guard let end = advice[text] else {
            let detail = "To provide a full type expression, remove the surrounding quotes and give the type expression directly."
            return .error("Invalid legacy variable type hint", detail, subject: expression.range)
        }
        let detail = """
            Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed \
            in a future version of Terraform. Remove the quotes around \(text.goQuoted)\(end)
            """
        return .error("Invalid quoted type constraints", detail, subject: expression.range)
    }

    private mutating func decodeDefault(_ expression: Expression) -> Diagnostics {
        let summary = "Invalid default value for variable"
        var (value, diagnostics) = expression.evaluate(in: .constant)
        do {
            value = try converted(value)
        } catch {
            let detail = "This default value is not compatible with the variable's type constraint: \(error)."
            diagnostics.append(.error(summary, detail, subject: expression.range))
            value = .unknown(type.withoutOptional)
        }
        if !isNullable && value.isNull {
            let detail = "A null default value is not valid when nullable=false."
            diagnostics.append(.error(summary, detail, subject: expression.range))
            value = .unknown(type.withoutOptional)
        }
        fallback = value
        return diagnostics
    }

    /// A value as the variable has it: with the defaults of optional attributes, and of its type.
    package func converted(_ value: Value) throws(ConversionError) -> Value {
        if type == .dynamic { return value }
        return try defaults.apply(to: value).converted(to: type)
    }

    /// With the marks that the declaration asks for.
    package func marked(_ value: Value) -> Value {
        var marks: Marks = []
        if isSensitive { marks.insert(.sensitive) }
        if isEphemeral { marks.insert(.ephemeral) }
        return value.marked(with: marks)
    }
}
