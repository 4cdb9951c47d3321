extension JSONNode {
    /// The value as an expression: strings are templates, also as names in objects.
    func expression(_ diagnostics: inout Diagnostics) -> Expression {
        switch self {
        case .string(let text, let range): return Self.template(text, range, &diagnostics)
        case .number(let number, let range): return .literal(.number(number), range)
        case .bool(let bool, let range): return .literal(.bool(bool), range)
        case .null(let range): return .literal(.null(), range)
        case .invalid(let range): return .literal(.dynamic, range)
        case .array(let elements, let open, _): return .tuple(elements.map { $0.expression(&diagnostics) }, open: open, range)
        case .object(let properties, let open, _):
            let items = properties.map { property in
                let key = Self.template(property.name, property.nameRange, &diagnostics)
                return ObjectItem(
                    key: .objectKey(key, isForced: true, property.nameRange), value: property.value.expression(&diagnostics))
            }
            return .object(items, open: open, range)
        }
    }

    /// Places inside are as exact as they can be without knowing the escapes of JSON.
    private static func template(_ text: String, _ range: SourceRange, _ diagnostics: inout Diagnostics) -> Expression {
        let start = SourcePosition(line: range.start.line, column: range.start.column + 1, byte: range.start.byte + 1)
        let (expression, found) = Parser.parseTemplate(Array(text.utf8), file: range.file, start: start)
        diagnostics += found
        switch expression {
        case .template(let parts, _): return .template(parts, range)
        case .templateWrap(let inner, _): return .templateWrap(inner, range)
        default: return expression
        }
    }
}

extension Expression {
    /// The expression that a string in JSON spells, where the language wants no value but a reference, a call or a type.
    ///
    /// Nil if this is no such string, or comes from native syntax: there, quotes around a reference are for the caller to judge.
    package var spelledInJSON: Expression? {
        guard case .template(let parts, let range) = self, range.file.hasSuffix(".json"), parts.count == 1,
            case .literal(let text, _) = parts[0]
        else { return nil }
        let (expression, diagnostics) = Parser.parseExpression(Array(text.utf8), file: range.file, start: range.start)
        return diagnostics.hasErrors ? nil : expression
    }
}
