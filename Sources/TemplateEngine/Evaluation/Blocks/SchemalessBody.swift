package import HCL

/// A body whose schema nobody has, as that of a resource whose provider is not there: what its expressions refer to can be
/// judged all the same, and whether they can be computed.
///
/// Of JSON nothing is told: only a schema says there what is an expression.
package struct SchemalessBody {
    private let body: Body

    package init(_ body: Body) { self.body = body }

    /// The references in it; what `dynamic` blocks name themselves is none.
    package var traversals: [Traversal] { Self.traversals(of: body, bound: []) }

    /// What is wrong with its expressions.
    package func diagnostics(in scope: Scope) -> Diagnostics {
        let (context, found) = scope.context(for: traversals)
        return found.hasErrors ? found : found + Self.mistakes(in: body, context)
    }

    private static func traversals(of body: Body, bound: Set<String>) -> [Traversal] {
        func free(_ expression: Expression, _ bound: Set<String>) -> [Traversal] {
            expression.traversals().filter { !bound.contains($0.root) }
        }
        return body.attributes.flatMap { free($0.expression, bound) }
            + body.blocks.flatMap { block in
                guard block.type == "dynamic" else { return traversals(of: block.body, bound: bound) }
                guard let dynamic = dynamic(block).0 else { return [] }
                let inner = bound.union([dynamic.iterator])
                return free(dynamic.forEach.expression, bound) + dynamic.labels.flatMap { free($0, inner) }
                    + traversals(of: dynamic.content.body, bound: inner)
            }
    }

    private static func mistakes(in body: Body, _ context: EvaluationContext) -> Diagnostics {
        body.attributes.flatMap { $0.expression.evaluate(in: context).diagnostics }
            + body.blocks.flatMap { block in
                guard block.type == "dynamic" else { return mistakes(in: block.body, context) }
                let (dynamic, found) = dynamic(block)
                guard let dynamic else { return found }
                let (blocks, mistakes) = dynamic.expanded(in: context)
                return found + mistakes + blocks.flatMap { Self.mistakes(in: $0.block.body, $0.context) }
            }
    }

    /// With as many labels as are there.
    private static func dynamic(_ block: Block) -> (DynamicBlock?, Diagnostics) {
        guard case .tuple(let labels, _, _)? = block.body.attribute("labels")?.expression else {
            return DynamicBlock.read(block, labels: [])
        }
        return DynamicBlock.read(block, labels: labels.map { _ in "label" })
    }
}
