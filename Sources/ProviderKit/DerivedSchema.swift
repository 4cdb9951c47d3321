package import HCL
import Synchronization

/// What follows from a ``BlockSchema``, made when it is first asked for: schemas live long, and are asked for every resource.
final class DerivedSchema: Sendable {
    struct Values: Sendable {
        let impliedType: ValueType
        let bodySchema: BodySchema
        let bodySchemaWithDynamic: BodySchema
        let attributes: [(String, AttributeSchema)]
        let blocks: [(String, NestedBlockSchema)]

        init(_ schema: BlockSchema) {
            impliedType = .object(
                schema.attributes.mapValues(\.type).merging(schema.blocks.mapValues(\.impliedType)) { attribute, _ in attribute })
            attributes = schema.attributes.sortedByName
            blocks = schema.blocks.sortedByName
            let plain = BodySchema(
                attributes: attributes.map { .init($0, isRequired: $1.presence == .required) },
                blocks: blocks.map { .init($0, labels: $1.labelNames) })
            var dynamic = plain
            dynamic.blocks.append(.dynamic)
            bodySchema = plain
            bodySchemaWithDynamic = dynamic
        }
    }

    private let known = Mutex<Values?>(nil)

    func values(of schema: BlockSchema) -> Values {
        if let values = known.withLock({ $0 }) { return values }
        // Made outside the lock: schemas nest. If two threads make it at once, both make the same.
        let values = Values(schema)
        known.withLock { $0 = values }
        return values
    }
}

extension BodySchema.Block {
    /// A `dynamic` block.
    package static let dynamic = BodySchema.Block("dynamic", labels: ["type"])
}

extension NestedBlockSchema {
    /// What labels of such a block are called.
    package var labelNames: [String] { nesting == .map ? ["key"] : [] }
}
