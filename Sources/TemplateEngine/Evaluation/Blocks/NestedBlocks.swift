import HCL
import ProviderKit

/// Makes one value of all blocks of a type in a body.
struct NestedBlocks {
    let type: String
    let schema: NestedBlockSchema
    /// Where a block that is missing would have to be written.
    let missingItemRange: SourceRange

    func read(_ blocks: [ExpandedBlock]) -> (value: Value, diagnostics: Diagnostics) {
        switch schema.nesting {
        case .single, .group: single(blocks)
        case .list, .set: sequence(blocks)
        case .map: map(blocks)
        }
    }

    private func object(_ block: ExpandedBlock) -> (value: Value, diagnostics: Diagnostics) {
        let reader = BlockReader(schema: schema.block, context: block.context, isUnknown: block.isUnknown)
        let (value, diagnostics) = reader.read(block.block.body)
        return (value.marked(with: block.marks), diagnostics)
    }

    private func single(_ blocks: [ExpandedBlock]) -> (value: Value, diagnostics: Diagnostics) {
        guard let block = blocks.first else {
            guard schema.countMin > 0, schema.nesting == .single else { return (schema.emptyValue, []) }
            let detail = "A block of type \(type.goQuoted) is required here."
            return (schema.emptyValue, [.error("Missing \(type) block", detail, subject: missingItemRange)])
        }
        var (value, diagnostics) = object(block)
        if blocks.count > 1 {
            let detail = """
                Only one block of type \(type.goQuoted) is allowed. Previous definition was at \(block.block.headerRange).
                """
            diagnostics.insert(.error("Duplicate \(type) block", detail, subject: blocks[1].block.headerRange), at: 0)
        }
        if block.isUnknown { value = .unknown(schema.impliedType).marked(with: block.marks) }
        return (value, diagnostics)
    }

    private func sequence(_ blocks: [ExpandedBlock]) -> (value: Value, diagnostics: Diagnostics) {
        var elements: [Value] = []
        var diagnostics: Diagnostics = []
        for block in blocks {
            let (value, found) = object(block)
            diagnostics += found
            // How many there are decides about everything else.
            if block.isUnknown { return (.unknown(schema.impliedType).marked(with: block.marks), diagnostics) }
            elements.append(value)
        }
        if elements.count < schema.countMin {
            let detail = "At least \(schema.countMin) \(type.goQuoted) blocks are required."
            diagnostics.append(.error("Insufficient \(type) blocks", detail, subject: missingItemRange))
        } else if let countMax = schema.countMax, countMax > 0, elements.count > countMax {
            let detail = "No more than \(countMax) \(type.goQuoted) blocks are allowed"
            let subject = blocks[countMax].block.body.missingItemRange
            diagnostics.append(.error("Too many \(type) blocks", detail, subject: subject))
        }
        if schema.nesting == .set { return (.set(elements, of: schema.block.impliedType), diagnostics) }
        let isTuple = schema.impliedType == .dynamic
        return (isTuple ? .tuple(elements) : .list(elements, of: schema.block.impliedType), diagnostics)
    }

    private func map(_ blocks: [ExpandedBlock]) -> (value: Value, diagnostics: Diagnostics) {
        var members: [String: Value] = [:]
        var diagnostics: Diagnostics = []
        for block in blocks {
            let (value, found) = object(block)
            diagnostics += found
            if block.isUnknown { return (.unknown(schema.impliedType).marked(with: block.marks), diagnostics) }
            let label = block.block.labels.first ?? ""
            if members[label] == nil {
                members[label] = value
            } else {
                let detail = "A block for \(type) \(label.goQuoted) was already defined. The \(type) labels must be unique."
                diagnostics.append(.error("Duplicate \(type) block", detail, subject: block.block.headerRange))
            }
        }
        let isObject = schema.impliedType == .dynamic
        return (isObject ? .object(members) : .map(members, of: schema.block.impliedType), diagnostics)
    }
}
