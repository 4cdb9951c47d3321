import HCL
import ProviderKit

/// `dynamic "type" { … }`: a block for each element of a collection.
struct DynamicBlock {
    /// What the blocks are.
    var type: String
    var forEach: Attribute
    var iterator: String
    /// Expressions for the labels of a block, as many as it has.
    var labels: [Expression]
    var content: Block

    /// Reads a block.
    ///
    /// - Parameter names: what the labels of the blocks are called.
    static func read(_ block: Block, labels names: [String]) -> (DynamicBlock?, Diagnostics) {
        let type = block.labels.first ?? ""
        let schema = BodySchema(
            attributes: [.init("for_each", isRequired: true), "iterator"] + (names.isEmpty ? [] : [.init("labels", isRequired: true)]),
            blocks: [.init("content")])
        var (content, diagnostics) = block.body.content(schema)
        guard !diagnostics.hasErrors, let forEach = content.attributes["for_each"] else { return (nil, diagnostics) }

        var iterator = type
        if let attribute = content.attributes["iterator"] {
            guard let name = (attribute.expression.spelledInJSON ?? attribute.expression).keyword else {
                diagnostics.append(
                    .error(
                        "Invalid dynamic iterator name", "Dynamic iterator must be a single variable name.",
                        subject: attribute.expression.range))
                return (nil, diagnostics)
            }
            iterator = name
        }
        var labels: [Expression] = []
        if let attribute = content.attributes["labels"] {
            guard case .tuple(let items, _, _) = attribute.expression else {
                let detail = "A static list expression is required."
                diagnostics.append(.error("Invalid expression", detail, subject: attribute.expression.range))
                return (nil, diagnostics)
            }
            labels = items
            if let mistake = labelMistake(type, labels, names.count, attribute) { return (nil, diagnostics + [mistake]) }
        }
        let contents = content.blocks("content")
        guard let only = contents.first else {
            let detail = #"A dynamic block must have a nested block of type "content" to describe the body of each generated block."#
            diagnostics.append(.error("Missing dynamic content block", detail, subject: content.missingItemRange))
            return (nil, diagnostics)
        }
        guard contents.count == 1 else {
            let detail = "Only one nested content block is allowed for each dynamic block."
            diagnostics.append(.error("Extraneous dynamic content block", detail, subject: contents[1].headerRange))
            return (nil, diagnostics)
        }
        return (DynamicBlock(type: type, forEach: forEach, iterator: iterator, labels: labels, content: only), diagnostics)
    }

    private static func labelMistake(_ type: String, _ labels: [Expression], _ count: Int, _ attribute: Attribute) -> Diagnostic? {
        let detail = "Blocks of type \(type.goQuoted) require \(count) label(s)."
        if labels.count > count { return .error("Extraneous dynamic block label", detail, subject: labels[count].range) }
        if labels.count < count { return .error("Insufficient dynamic block labels", detail, subject: attribute.expression.range) }
        return nil
    }
}
