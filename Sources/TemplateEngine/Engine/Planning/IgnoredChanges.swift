import HCL
import ProviderKit
import TemplateConfiguration

extension Lifecycle.IgnoredChanges {
    /// The configuration with the values of the prior object where changes are to be ignored.
    func apply(prior: Value, to configuration: Value) -> Value {
        switch self {
        case .none: return configuration
        case .all: return prior.copyingMarks(from: configuration)
        case .attributes(let traversals):
            return traversals.reduce(configuration) { value, traversal in
                let path = AttributePath([.attribute(traversal.root, traversal.rootRange)] + traversal.steps)
                return value.taking(path[...], from: prior)
            }
        }
    }
}

extension Value {
    /// The value with what another has at a path in place of its own; of a map, also whether there is something.
    fileprivate func taking(_ path: ArraySlice<PathStep>, from other: Value) -> Value {
        guard let step = path.first else { return other }
        guard isKnown, !isNull else { return self }
        let rest = path.dropFirst()
        switch (step, content) {
        case (.attribute(let name), .members(var members)):
            guard let own = members[name], let theirs = other.members?[name] else { return self }
            members[name] = own.taking(rest, from: theirs)
            return rebuilt(members)
        case (.index(let key), .members(var members)):
            guard let name = key.stringValue else { return self }
            if rest.isEmpty {
                members[name] = other.members?[name]
            } else if let own = members[name], let theirs = other.members?[name] {
                members[name] = own.taking(rest, from: theirs)
            }
            return rebuilt(members)
        case (.index(let key), .elements(var elements)):
            guard let index = key.numberValue?.int, elements.indices.contains(index),
                let theirs = other.elements, theirs.indices.contains(index)
            else { return self }
            elements[index] = elements[index].taking(rest, from: theirs[index])
            return Value(type: type.isTuple ? .tuple(elements.map(\.type)) : type, content: .elements(elements), marks: marks)
        default: return self
        }
    }

    private func rebuilt(_ members: [String: Value]) -> Value {
        Value(type: type.isMap ? type : .object(members.mapValues(\.type)), content: .members(members), marks: marks)
    }
}
