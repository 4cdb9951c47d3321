import HCL
import JSON
import TemplateConfiguration

/// Finds the instances of a set.
struct InstanceIndex {
    private let addresses: [ResourceInstanceAddress]
    private var byResource: [ConfiguredResourceAddress: [Int]] = [:]
    private var byIdentity: [String: [Int]] = [:]

    init(_ set: ResourceSet) {
        addresses = set.instances.map(\.address)
        for (index, instance) in set.instances.enumerated() {
            byResource[instance.address.configured, default: []].append(index)
            // A devcontainer stands for the agent in it, too.
            for name in ["id", "subagent_id"] {
                if let id = instance.attributes[name]?.stringValue, !id.isEmpty { byIdentity[id, default: []].append(index) }
            }
        }
    }

    /// The instances of a resource.
    subscript(resource: ConfiguredResourceAddress) -> [Int] { byResource[resource] ?? [] }

    /// The instances with an identity, which need not be of one type.
    func identified(by id: String) -> [Int] { byIdentity[id] ?? [] }

    /// Of several the one that is most likely meant: in the same instance of the module, with the same key; else the first by
    /// address.
    func closest(to instance: Int, of candidates: [Int]) -> Int? {
        let here = addresses[instance]
        return candidates.min { left, right in
            let (left, right) = (addresses[left], addresses[right])
            let (leftShared, rightShared) = (shared(left.module, here.module), shared(right.module, here.module))
            if leftShared != rightShared { return leftShared > rightShared }
            if (left.key == here.key) != (right.key == here.key) { return left.key == here.key }
            let (leftText, rightText) = (left.absoluteResource.description, right.absoluteResource.description)
            if leftText != rightText { return leftText < rightText }
            switch (left.key, right.key) {
            case (let left?, let right?): return left < right
            case (nil, _?): return true
            default: return false
            }
        }
    }

    /// The instances of a dependency that an instance sees: where both are in one module, those of the same instance of it.
    func reachable(_ instance: Int, _ dependency: ConfiguredResourceAddress) -> [Int] {
        let here = addresses[instance].module
        return self[dependency].filter { other in
            guard other != instance else { return false }
            return zip(addresses[other].module.steps, here.steps).first { $0 != $1 }.map { $0.call != $1.call } ?? true
        }
    }

    /// How many steps two modules have in common.
    private func shared(_ left: ModuleInstanceAddress, _ right: ModuleInstanceAddress) -> Int {
        zip(left.steps, right.steps).prefix { $0 == $1 }.count
    }
}

extension JSONValue {
    /// Whether a text occurs in any of the texts of the value.
    func contains(text: String) -> Bool {
        switch self {
        case .string(let string): string.contains(text)
        case .array(let elements): elements.contains { $0.contains(text: text) }
        case .object(let members): members.values.contains { $0.contains(text: text) }
        default: false
        }
    }
}
