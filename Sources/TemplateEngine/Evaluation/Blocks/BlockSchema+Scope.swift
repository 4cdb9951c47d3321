package import HCL
package import ProviderKit

extension BlockSchema {
    /// What a body says, with references that mean what they do in a scope.
    ///
    /// A reference to what does not exist is all that is told; where a `dynamic` block repeats itself over one, also what the
    /// body may not contain.
    package func decode(_ body: Body, in scope: Scope) -> (value: Value, diagnostics: Diagnostics) {
        let repeating = scope.context(for: repeatingTraversals(of: body)).diagnostics
        let (context, diagnostics) = scope.context(for: traversals(of: body))
        if repeating.hasErrors {
            let fixed = scope.context(for: attributeTraversals(of: body)).diagnostics
            if fixed.hasErrors { return (.unknown(impliedType), repeating + fixed) }
            return (.unknown(impliedType), repeating + structuralMistakes(in: body))
        }
        if diagnostics.hasErrors { return (.unknown(impliedType), diagnostics) }
        let (value, found) = decode(body, in: context)
        return (value, diagnostics + found)
    }

    /// Of the body's own attributes.
    private func attributeTraversals(of body: Body) -> [Traversal] {
        let (content, _) = body.partialContent(bodySchema)
        return content.attributes.sortedByName.flatMap { $1.traversals }
    }

    /// Of `for_each` in `dynamic` blocks of the body, whatever they make.
    private func repeatingTraversals(of body: Body) -> [Traversal] {
        let (content, _) = body.partialContent(BodySchema(blocks: [.dynamic]))
        return content.blocks.flatMap { block in
            block.body.partialContent(BodySchema(attributes: ["for_each"])).0.attributes["for_each"]?.expression.traversals() ?? []
        }
    }

    private func structuralMistakes(in body: Body) -> Diagnostics {
        let (content, diagnostics) = body.content(bodySchemaWithDynamic)
        return diagnostics + content.blocks("dynamic").compactMap { unsupportedDynamic($0) }
    }

    /// What is wrong with a `dynamic` block that makes blocks which the schema does not have.
    func unsupportedDynamic(_ block: Block) -> Diagnostic? {
        guard blocks[block.type] == nil, let type = block.labels.first, blocks[type] == nil else { return nil }
        let detail = "Blocks of type \(type.goQuoted) are not expected here."
        return .error("Unsupported block type", detail, subject: block.labelRanges.first ?? block.typeRange)
    }
}
