import HCL
import ProviderKit

extension BlockSchema {
    /// Where a configuration has values that must not be stored.
    func ephemeralMistakes(in configuration: Value) -> [ProviderFinding] {
        guard configuration.containsMarks(.ephemeral) else { return [] }
        return mistakes(in: configuration, at: [])
    }

    private func mistakes(in value: Value, at path: AttributePath) -> [ProviderFinding] {
        guard let members = value.members else { return [] }
        var found: [ProviderFinding] = []
        for (name, attribute) in sortedAttributes where !attribute.isWriteOnly {
            for place in members[name]?.ephemeralPlaces(at: path.attribute(name)) ?? [] {
                let detail = """
                    Ephemeral values are not valid for \(name.goQuoted), because it is not a write-only attribute and must be persisted to \
                    state.
                    """
                found.append(ProviderFinding(.error, "Invalid use of ephemeral value", detail, at: place))
            }
        }
        for (name, nested) in sortedBlocks {
            guard let member = members[name] else { continue }
            let here = path.attribute(name)
            switch member.content {
            case .elements(let elements):
                for (index, element) in elements.enumerated() { found += nested.block.mistakes(in: element, at: here.index(index)) }
            case .members(let blocks) where nested.nesting == .map:
                for (key, element) in blocks.sortedByName { found += nested.block.mistakes(in: element, at: here.key(key)) }
            default: found += nested.block.mistakes(in: member, at: here)
            }
        }
        return found
    }
}

extension Value {
    /// The paths of the values in it that have the mark themselves.
    fileprivate func ephemeralPlaces(at path: AttributePath) -> [AttributePath] {
        if marks.contains(.ephemeral) { return [path] }
        switch content {
        case .elements(let elements): return elements.enumerated().flatMap { $1.ephemeralPlaces(at: path.index($0)) }
        case .members: return sortedMembers.flatMap { $1.ephemeralPlaces(at: path.key($0)) }
        default: return []
        }
    }
}
