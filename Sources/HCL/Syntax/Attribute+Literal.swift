extension Attribute {
    /// The attribute where nothing is computed: a text in JSON then means itself, whatever looks like a template in it.
    package var literal: Attribute {
        var literal = self
        if let json { literal.expression = .literal(json.literalValue, json.range) }
        return literal
    }
}

extension Body {
    /// The attributes of a body in which nothing is computed, as in a file with values for variables.
    package func literalAttributes() -> ([Attribute], Diagnostics) {
        guard let json else { return justAttributes() }
        let (attributes, diagnostics) = JSONBodyReader.justAttributes(json, readsTemplates: false)
        return (attributes.map(\.literal), diagnostics)
    }
}

extension JSONNode {
    /// What JSON itself means by it.
    fileprivate var literalValue: Value {
        switch self {
        case .null: .null()
        case .bool(let bool, _): .bool(bool)
        case .number(let number, _): .number(number)
        case .string(let text, _): .string(text)
        case .array(let elements, _, _): .tuple(elements.map(\.literalValue))
        case .object(let properties, _, _): .object(Dictionary(properties.map { ($0.name, $0.value.literalValue) }) { $1 })
        case .invalid: .dynamic
        }
    }
}
