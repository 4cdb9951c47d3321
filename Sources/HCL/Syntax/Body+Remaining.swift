extension Body {
    /// The body without what the schema names: what is left for another schema. Positions stay as they are.
    package func remaining(_ schema: BodySchema) -> Body {
        let names = Set(schema.attributes.map(\.name))
        let types = Set(schema.blocks.map(\.type))
        var rest = self
        rest.attributes.removeAll { names.contains($0.name) }
        rest.blocks.removeAll { types.contains($0.type) }
        rest.json = json?.without(names.union(types))
        rest.layers = layers.map { $0.remaining(schema) }
        return rest
    }
}

extension JSONNode {
    /// An object, or the objects of an array, without some of the properties.
    fileprivate func without(_ names: Set<String>) -> JSONNode {
        switch self {
        case .object(let properties, let open, let close):
            .object(properties.filter { !names.contains($0.name) }, open: open, close: close)
        case .array(let elements, let open, let close):
            .array(elements.map { if case .object = $0 { $0.without(names) } else { $0 } }, open: open, close: close)
        default: self
        }
    }
}
