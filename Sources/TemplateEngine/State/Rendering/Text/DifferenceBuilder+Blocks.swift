import HCL
import ProviderKit

extension DifferenceBuilder {
    /// An object of a schema, with its blocks.
    func block(_ before: Value?, _ after: Value?, _ schema: BlockSchema, at path: [PathStep] = []) -> Difference {
        let (old, new) = (before?.members ?? [:], after?.members ?? [:])
        var attributes: [(String, Difference)] = []
        for (name, attribute) in schema.sortedAttributes {
            if present(old[name]) == nil, present(new[name]) == nil { continue }
            attributes.append((name, typed(old[name], new[name], as: attribute.type, at: path + [.attribute(name)])))
        }
        var blocks: [(type: String, blocks: [(label: String?, block: Difference)])] = []
        for (name, nested) in schema.sortedBlocks {
            let parts = self.blocks(old[name], new[name], nested, at: path + [.attribute(name)])
            if !parts.isEmpty { blocks.append((name, parts)) }
        }
        let parts = attributes.map(\.1) + blocks.flatMap { $0.blocks.map(\.block) }
        return replaced(Difference(form: .block(attributes: attributes, blocks: blocks), action: .whole(before, after, parts)), path)
    }

    private func blocks(
        _ before: Value?, _ after: Value?, _ nested: NestedBlockSchema, at path: [PathStep]
    ) -> [(label: String?, block: Difference)] {
        let (old, new) = (present(before), present(after))
        if old == nil, new == nil { return [] }
        let isSensitive = old?.marks.contains(.sensitive) == true || new?.marks.contains(.sensitive) == true
        if isSensitive || new?.isKnown == false {
            // Blocks that are not known, or must not be seen, are one.
            return [(nil, open(old, new, at: path))]
        }
        switch nested.nesting {
        case .single, .group: return [(nil, block(old, new, nested.block, at: path))]
        case .list:
            return DifferenceBuilder.pairs(old?.elements ?? [], new?.elements ?? []).enumerated().map { index, pair in
                (nil, replaced(block(pair.0, pair.1, nested.block, at: path + [.index(.integer(index))]), path))
            }
        case .set: return setPairs(old, new).map { (nil, replaced(block($0, $1, nested.block, at: path), path)) }
        case .map:
            return DifferenceBuilder.members(old, new).map { name, old, new in
                (name, block(old, new, nested.block, at: path + [.index(.string(name))]))
            }
        }
    }
}
