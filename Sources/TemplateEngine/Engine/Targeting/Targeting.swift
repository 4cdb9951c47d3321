import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// What a run with targets works on: the targets, everything that they depend on, and outputs of nothing but these.
///
/// Whatever else is in the state stays as it is, and is what references see.
struct Targeting: Sendable {
    let targets: [Target]
    private let nodes: Set<ConfigurationNode>

    /// - Returns: nil without targets, as then everything is worked on.
    init?(_ targets: [Target], _ graph: ConfigurationGraph) {
        if targets.isEmpty { return nil }
        self.targets = targets
        let named = graph.nodes.filter { node in
            guard case .resource(let address) = node else { return false }
            return targets.contains { $0.mayContain(address) }
        }
        var nodes = graph.closure(of: named)
        for case .output(.root, let name) in graph.nodes {
            let needed = graph.closure(of: [.output(.root, name)])
            let resources = needed.filter { if case .resource = $0 { true } else { false } }
            if !resources.isEmpty && resources.isSubset(of: nodes) { nodes.formUnion(needed) }
        }
        self.nodes = nodes
    }

    func includes(_ node: ConfigurationNode) -> Bool { nodes.contains(node) }

    /// Whether an instance is worked on. Of a resource that is a target only what the target says is, of others everything.
    func includes(_ instance: ResourceInstanceAddress) -> Bool {
        if targets.contains(where: { $0.contains(instance) }) { return true }
        return nodes.contains(.resource(instance.configured)) && !targets.contains { $0.mayContain(instance.configured) }
    }

    /// What ends, of everything there is, if the targets are to: they, and what depends on them.
    func ends(in state: State) -> Set<ResourceInstanceAddress> {
        var waiting: [ResourceInstanceAddress: Set<ConfiguredResourceAddress>] = [:]
        for (resource, content) in state.resources {
            for (key, instance) in content.instances {
                let objects = [instance.current].compactMap(\.self) + instance.deposed.values
                waiting[resource.instance(key)] = Set(objects.flatMap(\.dependencies))
            }
        }
        var found: Set<ResourceInstanceAddress> = []
        var next = waiting.keys.filter { address in targets.contains { $0.contains(address) } }
        while !next.isEmpty {
            found.formUnion(next)
            for address in next { waiting[address] = nil }
            next = waiting.filter { address, needs in
                found.contains { needs.contains($0.configured) && !$0.isApart(from: address) }
            }.map(\.key)
        }
        return found
    }
}

extension ResourceInstanceAddress {
    /// Whether both are in different instances of one module: these do not know of each other.
    fileprivate func isApart(from other: ResourceInstanceAddress) -> Bool {
        module.module == other.module.module && module != other.module
    }
}

extension ConfigurationGraph {
    /// Nodes, and everything that they depend on.
    fileprivate func closure(of start: [ConfigurationNode]) -> Set<ConfigurationNode> {
        var found = Set(start)
        var open = start
        while let node = open.popLast() {
            for next in dependencies[node] ?? [] where found.insert(next).inserted { open.append(next) }
        }
        return found
    }
}
