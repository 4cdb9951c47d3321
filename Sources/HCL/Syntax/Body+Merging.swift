extension Body {
    /// This body with another on top: an argument there replaces the one here, and blocks of a type there all those of it here.
    ///
    /// Of JSON it is told only when a schema comes what is an argument and what a block.
    package func merged(with top: Body) -> Body {
        guard !isLayered, !top.isLayered else {
            var merged = self
            merged.layers = layers + [top]
            return merged
        }
        var merged = self
        for attribute in top.attributes {
            if let index = merged.attributes.firstIndex(where: { $0.name == attribute.name }) {
                merged.attributes[index] = attribute
            } else {
                merged.attributes.append(attribute)
            }
        }
        merged.blocks = top.blocks.replacing(merged.blocks)
        return merged
    }

    private var isLayered: Bool { isJSON || !layers.isEmpty }

    /// What all layers have of a schema; what is required may be missing in those above.
    func layeredContent(_ schema: BodySchema, _ read: (Body, BodySchema) -> (BodyContent, Diagnostics)) -> (BodyContent, Diagnostics) {
        var (content, diagnostics) = read(lowest, schema)
        for layer in layers {
            let (top, found) = read(layer, schema.relaxed)
            diagnostics += found
            content.attributes.merge(top.attributes) { $1 }
            content.blocks = top.blocks.replacing(content.blocks)
        }
        return (content, diagnostics)
    }

    func layeredAttributes() -> ([Attribute], Diagnostics) {
        var (attributes, diagnostics) = lowest.justAttributes()
        for layer in layers {
            let (top, found) = layer.justAttributes()
            diagnostics += found
            attributes = attributes.filter { attribute in !top.contains { $0.name == attribute.name } } + top
        }
        return (attributes, diagnostics)
    }

    private var lowest: Body {
        var lowest = self
        lowest.layers = []
        return lowest
    }
}

extension BodySchema {
    /// The same with nothing required, as for a layer.
    var relaxed: BodySchema { BodySchema(attributes: attributes.map { Attribute($0.name) }, blocks: blocks) }
}

extension [Block] {
    /// Those of `base` whose types are not here, and these. A `dynamic` block counts for what it makes.
    fileprivate func replacing(_ base: [Block]) -> [Block] {
        let types = Set(map(\.producedType))
        return base.filter { !types.contains($0.producedType) } + self
    }
}

extension Block {
    fileprivate var producedType: String { type == "dynamic" ? labels.first ?? type : type }
}
