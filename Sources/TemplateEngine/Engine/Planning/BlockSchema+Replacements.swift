import HCL
import ProviderKit

extension BlockSchema {
    /// Where two objects differ in what cannot be changed in place.
    func replacements(from old: Value, to new: Value) -> Set<AttributePath> {
        var paths: Set<AttributePath> = []
        collect(from: old, to: new, at: [], &paths)
        return paths
    }

    private func collect(from old: Value, to new: Value, at path: AttributePath, _ paths: inout Set<AttributePath>) {
        for (name, attribute) in attributes where attribute.forcesReplacement {
            if old.members?[name] != new.members?[name] { paths.insert(path.attribute(name)) }
        }
        for (name, nested) in blocks {
            let place = path.attribute(name)
            guard let before = old.members?[name], let after = new.members?[name], before != after else { continue }
            if nested.forcesReplacement {
                paths.insert(place)
                continue
            }
            nested.collect(from: before, to: after, at: place, &paths)
        }
    }
}

extension NestedBlockSchema {
    /// Whether something in it cannot be changed in place.
    private var hasReplacing: Bool {
        block.attributes.values.contains(where: \.forcesReplacement)
            || block.blocks.values.contains { $0.forcesReplacement || $0.hasReplacing }
    }

    fileprivate func collect(from old: Value, to new: Value, at path: AttributePath, _ paths: inout Set<AttributePath>) {
        guard hasReplacing else { return }
        switch (old.content, new.content) {
        case (.members, .members) where nesting == .single || nesting == .group:
            paths.formUnion(block.replacements(from: old, to: new).map { path + $0 })
        case (.members(let before), .members(let after)) where before.keys == after.keys:
            for (key, value) in before {
                guard let other = after[key] else { continue }
                paths.formUnion(block.replacements(from: value, to: other).map { path.key(key) + $0 })
            }
        case (.elements(let before), .elements(let after)) where nesting == .list && before.count == after.count:
            for (index, (value, other)) in zip(before, after).enumerated() {
                paths.formUnion(block.replacements(from: value, to: other).map { path.index(index) + $0 })
            }
        default:
            // Another number of blocks, or another element of a set: a block as a whole came or went.
            paths.insert(path)
        }
    }
}
