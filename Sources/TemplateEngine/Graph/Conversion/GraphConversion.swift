import HCL
import JSON
import ResourceGraph
import TemplateConfiguration

/// Decides what belongs to what, then builds the graph. See ``ConvertedGraph``.
struct GraphConversion {
    let set: ResourceSet
    let index: InstanceIndex
    /// What is left out does not have its role any more.
    private(set) var roles: [NodeRole]
    private(set) var warnings: [GraphIssue] = []
    /// The edges runsOn, partOf and describes, by the index of their beginning.
    private var owners: [Int: (kind: EdgeKind, owner: Int)] = [:]
    /// Instances of agents' machines.
    private var instanceIDs: [Int: String] = [:]

    init(_ set: ResourceSet) {
        self.set = set
        index = InstanceIndex(set)
        roles = set.instances.map { NodeRole($0.address.resource, isDeleted: $0.change == .delete) }
    }

    /// Agents first, then what may belong to them; what loses its owner takes what it owns with it.
    mutating func bind() {
        for agent in all(.node(.agent)) { bind(agent: agent) }
        for container in all(.devcontainer) { bind(part: container) }
        for role in [NodeRole.node(.app), .node(.script), .node(.environment)] {
            for part in all(role) { bind(part: part) }
        }
        for metadata in all(.node(.metadata)) { bind(metadata: metadata) }
        for instance in all(.agentInstance) { bind(agentInstance: instance) }
        for agent in all(.node(.agent)) where instanceIDs[agent] == nil { takeInstanceID(agent) }
    }

    private func all(_ role: NodeRole) -> [Int] { roles.indices.filter { roles[$0] == role } }

    // MARK: - Agents

    private mutating func bind(agent: Int) {
        let configured = set.instances[agent].address.configured
        let candidates = set.dependencies.dependents(of: configured).filter { $0.key.resource.canHost }
        let inhabited = candidates.filter { resource, _ in index[resource].contains { roles[$0].kind != nil && !isDeleted($0) } }
        guard let distance = inhabited.values.min() else {
            let absent = candidates.keys.map(\.description).min()
            leaveOut(
                agent, GraphIssue.agentNotStarted,
                absent.map { "agent is left out: \($0), on which it would run, has no instances" }
                    ?? "agent is left out: no resource uses it; let the resource that starts it use its token or init script")
            return
        }
        let nearest = inhabited.filter { $0.value == distance }.keys.flatMap { index[$0] }.filter { !isDeleted($0) }
        // A resource that holds the agent's token or identity surely starts it.
        let secrets = ["token", "id"].compactMap { set.instances[agent].attributes[$0]?.stringValue }.filter { $0.count >= 16 }
        let holding =
            nearest.count < 2
            ? []
            : nearest.filter { candidate in
                secrets.contains { set.instances[candidate].attributes.contains(text: $0) }
            }
        if let host = index.closest(to: agent, of: holding.isEmpty ? nearest : holding) { owners[agent] = (.runsOn, host) }
    }

    private mutating func bind(agentInstance instance: Int) {
        guard let id = set.instances[instance].attributes["instance_id"]?.stringValue else { return }
        switch owner(of: instance, "agent_id", among: [.node(.agent)]) {
        case .found(let agent) where usesToken(agent): return
        case .found(let agent): instanceIDs[agent] = id
        case .missing(let reason): warn(instance, GraphIssue.partLeftOut, "agent instance is left out: \(reason)")
        }
    }

    /// Without a `coder_agent_instance` the identity is that of the machine.
    private mutating func takeInstanceID(_ agent: Int) {
        guard !usesToken(agent), let host = owners[agent]?.owner else { return }
        let machine = set.instances[host]
        guard let attribute = CloudInstance.identity[machine.address.resource.type] else { return }
        instanceIDs[agent] = machine.attributes[attribute]?.stringValue
    }

    private func usesToken(_ agent: Int) -> Bool { (set.instances[agent].attributes["auth"]?.stringValue ?? "token") == "token" }

    // MARK: - Parts and metadata

    private mutating func bind(part: Int) {
        let owning: [NodeRole] = roles[part] == .devcontainer ? [.node(.agent)] : [.node(.agent), .devcontainer]
        switch owner(of: part, "agent_id", among: owning) {
        case .found(let owner): owners[part] = (.partOf, owner)
        case .missing(let reason):
            let name = roles[part].name
            guard roles[part] == .devcontainer else {
                return leaveOut(part, GraphIssue.partLeftOut, "\(name) is left out: \(reason)")
            }
            // It stays as a resource.
            roles[part] = .node(.managed)
            warn(part, GraphIssue.partLeftOut, "devcontainer is not started by any agent: \(reason)")
        }
    }

    private mutating func bind(metadata: Int) {
        switch owner(of: metadata, "resource_id", among: [.node(.managed), .devcontainer, .node(.external), .node(.data)]) {
        case .found(let resource): owners[metadata] = (.describes, resource)
        case .missing(let reason): leaveOut(metadata, GraphIssue.partLeftOut, "metadata is left out: \(reason)")
        }
    }

    private enum Owner {
        case found(Int)
        case missing(String)
    }

    private mutating func owner(of part: Int, _ attribute: String, among wanted: [NodeRole]) -> Owner {
        let instance = set.instances[part]
        let distances = set.dependencies.dependencies(of: instance.address.configured)
        let isForAgent = attribute == "agent_id"
        if let id = instance.attributes[attribute]?.stringValue, !id.isEmpty {
            let all = index.identified(by: id)
            let same = all.filter { wanted.contains(roles[$0]) && !isDeleted($0) }
            if let owner = index.closest(to: part, of: nearest(same, distances, wanted)) { return .found(owner) }
            if let lost = all.first { return .missing("\(set.instances[lost].address), which it names, is left out itself") }
            if isForAgent { return .missing("there is no agent with the id \(id) in the template") }
        }
        let targets = set.references[instance.address.configured]?[attribute] ?? []
        for target in targets {
            let instances = index[target.resource].filter { target.key == nil || set.instances[$0].address.key == target.key }
            let matching = instances.filter { wanted.contains(roles[$0]) && !isDeleted($0) }
            if let owner = index.closest(to: part, of: matching) { return .found(owner) }
            if NodeRole(target.resource.resource, isDeleted: false).kind == .agent || target.resource.resource.canHost {
                return .missing(
                    "\(target.resource)\(target.key.text), which it names, \(instances.isEmpty ? "has no instance" : "is left out itself")")
            }
        }
        let reachable = distances.keys.filter { isForAgent || $0.resource.canHost }.flatMap { index[$0] }
            .filter { wanted.contains(roles[$0]) && !isDeleted($0) }
        let closest = nearest(reachable, distances, wanted)
        guard let owner = index.closest(to: part, of: closest) else {
            return .missing(isForAgent ? "it depends on no agent that is there" : "it depends on no resource that is there")
        }
        if let other = closest.first(where: { set.instances[$0].address.configured != set.instances[owner].address.configured }) {
            let names = "\(set.instances[owner].address) was taken, \(set.instances[other].address) is as near"
            warn(part, GraphIssue.ambiguousOwner, "\(attribute) is not known yet, and does not say what it names: \(names)")
        }
        return .found(owner)
    }

    /// Those at the least distance; of several roles the first that is wanted.
    private func nearest(_ found: [Int], _ distances: [ConfiguredResourceAddress: Int], _ wanted: [NodeRole]) -> [Int] {
        func rank(_ index: Int) -> (Int, Int) {
            (distances[set.instances[index].address.configured] ?? .max, wanted.firstIndex(of: roles[index]) ?? .max)
        }
        guard let best = found.map(rank).min(by: <) else { return [] }
        return found.filter { rank($0) == best }
    }

    private func isDeleted(_ instance: Int) -> Bool { set.instances[instance].change == .delete }

    private mutating func warn(_ instance: Int, _ code: String, _ message: String) {
        warnings.append(GraphIssue(code, set.instances[instance].address.description, message))
    }

    private mutating func leaveOut(_ instance: Int, _ code: String, _ message: String) {
        roles[instance] = .nothing
        warn(instance, code, message)
    }

    // MARK: - The graph

    func build() -> (ResourceGraph, [GraphIssue]) {
        var builder = ResourceGraphBuilder()
        var issues: [GraphIssue] = []
        func add(_ body: () throws(GraphError) -> Void) {
            do throws(GraphError) { try body() } catch { issues += error.issues }
        }
        let names = AgentNames(all(.node(.agent)).map { set.instances[$0].address })
        for (position, instance) in set.instances.enumerated() {
            guard let kind = roles[position].kind else { continue }
            let node = NodeAttributes(instance, instanceID: instanceIDs[position]).node(kind, name: names[instance.address])
            add { () throws(GraphError) in try builder.add(node) }
        }
        for (part, (kind, owner)) in owners where roles[part].kind != nil {
            let edge = GraphEdge(kind, from: set.instances[part].address.description, to: set.instances[owner].address.description)
            add { () throws(GraphError) in try builder.add(edge) }
        }
        for (resource, dependencies) in set.dependencies.direct {
            for from in index[resource] where roles[from].kind != nil {
                for dependency in dependencies.keys {
                    for to in index.reachable(from, dependency) where roles[to].kind != nil {
                        let edge = GraphEdge(
                            .dependsOn, from: set.instances[from].address.description, to: set.instances[to].address.description)
                        add { () throws(GraphError) in try builder.add(edge) }
                    }
                }
            }
        }
        for output in set.outputs { add { () throws(GraphError) in try builder.add(output) } }
        let (graph, found) = builder.buildPartial()
        return (graph, issues + found)
    }
}
