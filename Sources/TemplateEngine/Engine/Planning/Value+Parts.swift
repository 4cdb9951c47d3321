import HCL
import ProviderKit

extension Value {
    /// What is at one step from a known value; nil if there is nothing, or that is not known.
    func part(_ step: PathStep) -> Value? {
        switch step {
        case .attribute(let name): return members?[name]
        case .index(let key):
            if let name = key.stringValue { return members?[name] }
            guard let elements else { return nil }
            if type.isSet { return elements.first { $0 == key } }
            guard let index = key.numberValue?.int, elements.indices.contains(index) else { return nil }
            return elements[index]
        }
    }

    /// What is at a path; nil if there is nothing, or that is not known.
    func part(_ path: AttributePath) -> Value? { path.reduce(self as Value?) { $0?.part($1) } }

    /// The same value with the marks that another has in the same places.
    func copyingMarks(from other: Value) -> Value {
        if !other.isMarkedDeep { return self }
        var result = marked(with: other.marks)
        switch (content, other.content) {
        case (.members(let members), .members(let others)):
            result.content = .members(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in (name, others[name].map { value.copyingMarks(from: $0) } ?? value) })
            )
        case (.elements(let elements), .elements(let others)) where type.isSet:
            // The elements of a set have no marks of their own.
            if others.contains(where: \.isMarkedDeep) { result.marks.formUnion(other.deepMarks) }
            result.content = .elements(elements)
        case (.elements(let elements), .elements(let others)):
            result.content = .elements(
                elements.enumerated().map { others.indices.contains($0) ? $1.copyingMarks(from: others[$0]) : $1 })
        default: break
        }
        return result
    }
}

extension BlockSchema {
    /// The value with marks on what the schema calls sensitive.
    func markingSensitive(_ value: Value) -> Value {
        guard hasSensitive, var members = value.members else { return value }
        for (name, attribute) in attributes where attribute.isSensitive {
            members[name] = members[name]?.marked(with: .sensitive)
        }
        for (name, nested) in blocks where nested.block.hasSensitive {
            guard let value = members[name] else { continue }
            members[name] =
                value.type.isSet && value.length ?? 0 > 0
                ? value.marked(with: .sensitive) : nested.mapObjects(value) { nested.block.markingSensitive($0) }
        }
        return Value(type: value.type, content: .members(members), marks: value.marks)
    }

    private var hasSensitive: Bool {
        attributes.values.contains(where: \.isSensitive) || blocks.values.contains { $0.block.hasSensitive }
    }
}
