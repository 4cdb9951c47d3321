package import HCL
package import ProviderKit

extension BlockSchema {
    /// What the schema has against the values of a configuration, as a provider would tell it: values of attributes that
    /// cannot be set, uses of deprecated ones (warnings), values that ``AttributeSchema/checks`` refuse.
    ///
    /// - Parameter configuration: what ``decode(_:in:)`` made.
    package func findings(in configuration: Value) -> [ProviderFinding] { findings(in: configuration, at: []) }

    private func findings(in value: Value, at path: AttributePath) -> [ProviderFinding] {
        guard let members = value.members else { return [] }
        var found: [ProviderFinding] = []
        for (name, attribute) in sortedAttributes {
            guard let member = members[name], !member.isNull else { continue }
            found += attribute.findings(in: member, name, at: path.attribute(name))
        }
        for (name, nested) in sortedBlocks {
            guard let member = members[name] else { continue }
            for (step, element) in nested.elements(of: member) {
                if let advice = nested.block.deprecation, !element.isNull {
                    found.append(ProviderFinding(.warning, "Argument is deprecated", advice, at: path.attribute(name) + step))
                }
                found += nested.block.findings(in: element, at: path.attribute(name) + step)
            }
        }
        return found
    }
}

extension AttributeSchema {
    fileprivate func findings(in value: Value, _ name: String, at path: AttributePath) -> [ProviderFinding] {
        var found: [ProviderFinding] = []
        if !presence.isConfigurable {
            let detail = """
                Can't configure a value for \(name.goQuoted): its value will be decided automatically based on the result of applying \
                this configuration.
                """
            found.append(ProviderFinding(.error, "Value for unconfigurable attribute", detail, at: path))
        }
        if let deprecation { found.append(ProviderFinding(.warning, "Argument is deprecated", deprecation, at: path)) }
        let plain = value.unmarkedDeep().0
        if plain.isKnown {
            found += checks.compactMap { $0.problem(plain) }.map { ProviderFinding(.error, "Invalid value for \(name)", $0, at: path) }
        }
        return found
    }
}

extension NestedBlockSchema {
    /// The objects of blocks, and the steps to each.
    fileprivate func elements(of value: Value) -> [(AttributePath, Value)] {
        switch nesting {
        case .single, .group: [([], value)]
        case .list: (value.elements ?? []).enumerated().map { ([.index(.integer($0))], $1) }
        case .set: (value.elements ?? []).map { ([.index($0)], $0) }
        case .map: value.sortedMembers.map { ([.index(.string($0))], $1) }
        }
    }
}
