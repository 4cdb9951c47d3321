import HCL
import ProviderKit

extension BlockSchema {
    /// What a body read by this schema may contain. What only the provider gives is let through: that it cannot be set is
    /// said of its value.
    var bodySchema: BodySchema {
        BodySchema(
            attributes: attributes.sortedByName.map { .init($0, isRequired: $1.presence == .required) },
            blocks: blocks.sortedByName.map { .init($0, labels: $1.labelNames) })
    }

    /// The same with `dynamic` blocks, which stand for others.
    var bodySchemaWithDynamic: BodySchema {
        var schema = bodySchema
        schema.blocks.append(DynamicBlock.header)
        return schema
    }
}

extension NestedBlockSchema {
    /// What labels of such a block are called.
    var labelNames: [String] { nesting == .map ? ["key"] : [] }
}
