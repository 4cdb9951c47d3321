import HCL
import ProviderKit

/// Makes an object of a body.
struct BlockReader {
    let schema: BlockSchema
    let context: EvaluationContext
    /// Whether the body stands for blocks that nobody knows yet: expressions in it are not evaluated.
    var isUnknown = false

    func read(_ body: Body) -> (value: Value, diagnostics: Diagnostics) {
        var (content, diagnostics) = body.content(schema.bodySchemaWithDynamic)
        var expanded: [String: [ExpandedBlock]] = [:]
        for block in content.blocks {
            if schema.blocks[block.type] != nil {
                expanded[block.type, default: []].append(ExpandedBlock(block: block, context: context, isUnknown: isUnknown))
            } else {
                let (type, blocks, found) = expand(block)
                expanded[type, default: []] += blocks
                diagnostics += found
            }
        }
        var members: [String: Value] = [:]
        for (name, attribute) in schema.sortedAttributes {
            let (value, found) = value(of: attribute, content.attributes[name])
            members[name] = value
            diagnostics += found
        }
        for (name, nested) in schema.sortedBlocks {
            let collector = NestedBlocks(type: name, schema: nested, missingItemRange: content.missingItemRange)
            let (value, found) = collector.read(expanded[name] ?? [])
            members[name] = value
            diagnostics += found
        }
        return (.object(members), diagnostics)
    }

    /// What a `dynamic` block stands for.
    private func expand(_ block: Block) -> (type: String, blocks: [ExpandedBlock], diagnostics: Diagnostics) {
        let type = block.labels.first ?? ""
        guard let nested = schema.blocks[type] else { return (type, [], schema.unsupportedDynamic(block).map { [$0] } ?? []) }
        let (dynamic, diagnostics) = DynamicBlock.read(block, labels: nested.labelNames)
        guard let dynamic else { return (type, [], diagnostics) }
        var (blocks, found) = dynamic.expanded(in: context)
        if isUnknown { for index in blocks.indices { blocks[index].isUnknown = true } }
        return (type, blocks, diagnostics + found)
    }

    private func value(of schema: AttributeSchema, _ attribute: Attribute?) -> (Value, Diagnostics) {
        guard let attribute else { return (.null(schema.type), []) }
        if isUnknown { return (.unknown(schema.type), []) }
        var (value, diagnostics) = attribute.expression.evaluate(in: context)
        do {
            return (try value.converted(to: schema.type), diagnostics)
        } catch {
            let detail = "Inappropriate value for attribute \(attribute.name.goQuoted): \(error.message(for: schema.type))."
            let start = attribute.expression.startRange
            let context = SourceRange.between(attribute.nameRange, start)
            diagnostics.append(.error("Incorrect attribute value type", detail, subject: start, context: context))
            value = .unknown(schema.type)
            return (value, diagnostics)
        }
    }
}
