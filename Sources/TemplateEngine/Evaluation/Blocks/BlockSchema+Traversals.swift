package import HCL
package import ProviderKit

extension BlockSchema {
    /// The references in a body that is read by this schema, also those in `dynamic` blocks; what these name themselves is
    /// no reference.
    package func traversals(of body: Body) -> [Traversal] { traversals(of: body, bound: []) }

    private func traversals(of body: Body, bound: Set<String>) -> [Traversal] {
        func free(_ traversals: [Traversal], _ bound: Set<String>) -> [Traversal] {
            bound.isEmpty ? traversals : traversals.filter { !bound.contains($0.root) }
        }
        let (content, _) = body.partialContent(bodySchemaWithDynamic)
        var found = content.attributes.sortedByName.flatMap { free($1.traversals, bound) }
        for block in content.blocks {
            if let schema = blocks[block.type] {
                found += schema.block.traversals(of: block.body, bound: bound)
            } else if let schema = blocks[block.labels.first ?? ""] {
                guard let dynamic = DynamicBlock.read(block, labels: schema.labelNames).0 else { continue }
                let inner = bound.union([dynamic.iterator])
                found += free(dynamic.forEach.traversals, bound) + dynamic.labels.flatMap { free($0.traversals(), inner) }
                found += schema.block.traversals(of: dynamic.content.body, bound: inner)
            }
        }
        return found
    }
}
