import HCL
import ProviderKit
import TemplateEvaluation

/// What an object would be if its provider had no say: the configuration, completed from the object that exists.
///
/// Where the configuration has no value and the provider computes one, that of the prior object stays; what is not given and
/// not computed is null. Blocks in lists go together by position, in maps by key, in sets by what is configured in them.
extension BlockSchema {
    /// - Parameter prior: null if there is no object.
    func proposed(prior: Value, configuration: Value) -> Value {
        guard let configured = configuration.members else { return configuration }
        let old = prior.members ?? [:]
        var members: [String: Value] = [:]
        for (name, attribute) in attributes {
            let value = configured[name] ?? .null(attribute.type)
            members[name] = attribute.proposed(prior: old[name], configuration: value)
        }
        for (name, nested) in blocks {
            let value = configured[name] ?? .null(nested.impliedType)
            members[name] = nested.proposed(prior: old[name] ?? .null(nested.impliedType), configuration: value)
        }
        return Value(type: .object(members.mapValues(\.type)), content: .members(members), marks: configuration.marks)
    }

    /// The value of a configuration with the defaults of what is absent.
    func withDefaults(_ configuration: Value) -> Value {
        guard var members = configuration.members else { return configuration }
        for (name, attribute) in attributes {
            if let fallback = attribute.fallback, members[name]?.isNull ?? true { members[name] = fallback }
        }
        for (name, nested) in blocks {
            members[name] = members[name].map { value in nested.mapObjects(value) { nested.block.withDefaults($0) } }
        }
        return Value(type: .object(members.mapValues(\.type)), content: .members(members), marks: configuration.marks)
    }

    /// The value with every computed attribute that is null made unknown: what a new object's provider has yet to say.
    func withUnknowns(_ planned: Value, configuration: Value) -> Value {
        guard var members = planned.members else { return planned }
        for (name, attribute) in attributes where attribute.presence.isComputed && attribute.fallback == nil {
            if members[name]?.isNull ?? true, configuration.members?[name]?.isNull ?? true { members[name] = .unknown(attribute.type) }
        }
        for (name, nested) in blocks {
            guard let value = members[name] else { continue }
            let configured = configuration.members?[name]
            if nested.isComputed, value.length == 0, configured?.length ?? 0 == 0 {
                members[name] = .unknown(nested.impliedType)
            } else {
                members[name] = nested.mapObjects(value) { nested.block.withUnknowns($0, configuration: $0) }
            }
        }
        return Value(type: .object(members.mapValues(\.type)), content: .members(members), marks: planned.marks)
    }
}

extension AttributeSchema {
    fileprivate func proposed(prior: Value?, configuration: Value) -> Value {
        guard configuration.isNull else { return configuration }
        if let fallback { return fallback }
        guard presence.isComputed, let prior else {
            // Where any type goes, a null has one, too.
            return type == .dynamic ? configuration : .null(type)
        }
        return prior
    }
}

extension NestedBlockSchema {
    fileprivate func proposed(prior: Value, configuration: Value) -> Value {
        guard configuration.isKnown, !configuration.isNull else { return configuration }
        if isComputed, configuration.length == 0, let count = prior.length, count > 0 { return prior }
        switch nesting {
        case .single, .group: return block.proposed(prior: prior, configuration: configuration)
        case .list, .map:
            let old = prior
            return mapObjects(configuration, at: { key in old.part(key) ?? .null(block.impliedType) }) {
                block.proposed(prior: $0, configuration: $1)
            }
        case .set:
            var free = prior.elements ?? []
            let elements = (configuration.elements ?? []).map { element in
                let match = free.firstIndex { block.proposed(prior: $0, configuration: element) == $0 }
                return block.proposed(prior: match.map { free.remove(at: $0) } ?? .null(block.impliedType), configuration: element)
            }
            return Value.set(elements, of: block.impliedType).marked(with: configuration.marks)
        }
    }

    func mapObjects(_ value: Value, _ change: (Value) -> Value) -> Value {
        mapObjects(value, at: { _ in .null(.dynamic) }) { change($1) }
    }

    /// Changes each object of a known value, beside what another has in its place.
    private func mapObjects(_ value: Value, at other: (PathStep) -> Value, _ change: (Value, Value) -> Value) -> Value {
        switch value.content {
        case .members(let members) where nesting == .single || nesting == .group:
            return change(.null(.dynamic), .init(type: value.type, content: .members(members), marks: value.marks))
        case .members(let members):
            let changed = Dictionary(uniqueKeysWithValues: members.map { ($0, change(other(.index(.string($0))), $1)) })
            return (value.type.isMap ? Value.map(changed, of: block.impliedType) : .object(changed)).marked(with: value.marks)
        case .elements(let elements):
            let changed = elements.enumerated().map { change(other(.index(.integer($0))), $1) }
            let result: Value =
                value.type.isTuple
                ? .tuple(changed) : value.type.isSet ? .set(changed, of: block.impliedType) : .list(changed, of: block.impliedType)
            return result.marked(with: value.marks)
        default: return value
        }
    }
}
