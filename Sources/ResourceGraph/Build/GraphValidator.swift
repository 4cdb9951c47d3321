internal import JSON

/// Judges a graph as a whole and reads its typed parts; see ``ResourceGraphBuilder``.
struct GraphValidator {
    /// Sorted by address.
    let nodes: [GraphNode]
    /// Sorted. Those whose ends exist and fit are in ``resolvedEdges`` afterwards.
    private let edges: [GraphEdge]
    private(set) var resolvedEdges: [GraphEdge] = []
    private(set) var issues: [GraphIssue] = []
    private(set) var parts = GraphParts()

    /// A broken plugin can break every rule a million times; nobody reads that many.
    private static let issuesMax = 1000
    private var issueCount = 0

    private var indices: [String: Int] = [:]
    /// Where the edges of kind runsOn, partOf and describes lead, by the index of their beginning.
    private var bindings: [Int: [Int]] = [:]

    init(nodes: [GraphNode], edges: [GraphEdge]) {
        self.nodes = nodes
        self.edges = edges
        indices.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() { indices[node.address] = index }
    }

    mutating func run() {
        let dependencies = resolveEdges()
        for node in nodes { checkPointers(node) }
        if let cycle = DependencyCycle.find(dependencies) { report(cycle: cycle) }
        var agentNames: [String: String] = [:]
        var appSlugs: [String: String] = [:]
        var described: [String: String] = [:]
        for (index, node) in nodes.enumerated() {
            let before = issueCount
            switch node.kind {
            case .managed: readSpecial(node, index)
            case .data, .external: continue
            case .agent:
                let resource = binding(of: index)
                checkAgentName(node, &agentNames)
                if let agent = read(node, { Agent(node, resource: resource, &$0) }), issueCount == before { parts.agents.append(agent) }
            case .app:
                let agent = binding(of: index)
                guard let app = read(node, { App(node, agent: agent, &$0) }) else { continue }
                checkSlug(app, isKnown: !node.isUnknown("slug"), &appSlugs)
                if issueCount == before { parts.apps.append(app) }
            case .script:
                let agent = binding(of: index)
                if let script = read(node, { Script(node, agent: agent, &$0) }), issueCount == before { parts.scripts.append(script) }
            case .environment:
                let agent = binding(of: index)
                if let variable = read(node, { EnvironmentVariable(node, agent: agent, &$0) }), issueCount == before {
                    parts.environment.append(variable)
                }
            case .metadata:
                let resource = binding(of: index)
                if !resource.isEmpty, let other = described.updateValue(node.address, forKey: resource) {
                    report(GraphIssue(GraphIssue.duplicateMetadata, node.address, "\(resource) is described by \(other) already"))
                }
                if let metadata = read(node, { ResourceMetadata(node, resource: resource, &$0) }), issueCount == before {
                    parts.metadata.append(metadata)
                }
            }
        }
    }

    /// Sorts out edges that lead nowhere, and gives the dependencies of each node.
    private mutating func resolveEdges() -> [[Int]] {
        var dependencies = [[Int]](repeating: [], count: nodes.count)
        for edge in edges {
            guard let from = indices[edge.from], let to = indices[edge.to] else {
                let missing = indices[edge.from] == nil ? edge.from : edge.to
                report(
                    GraphIssue(
                        GraphIssue.unresolvedEdge, edge.from,
                        "edge \(edge.kind.name) to \(edge.to) has no end: \(missing) is not in the graph"))
                continue
            }
            guard isAllowed(edge.kind, nodes[from], nodes[to]) else {
                report(
                    GraphIssue(
                        GraphIssue.invalidEdge, edge.from,
                        "edge \(edge.kind.name) cannot lead from kind \(nodes[from].kind.name) to \(edge.to) of kind \(nodes[to].kind.name)"
                    ))
                continue
            }
            resolvedEdges.append(edge)
            if edge.kind == .dependsOn {
                dependencies[from].append(to)
            } else {
                bindings[from, default: []].append(to)
            }
        }
        return dependencies
    }

    private func isAllowed(_ edge: EdgeKind, _ from: GraphNode, _ to: GraphNode) -> Bool {
        switch edge {
        case .dependsOn: true
        case .runsOn: from.kind == .agent && (to.kind == .managed || to.kind == .external)
        case .partOf:
            if from.type == Devcontainer.type, from.kind == .managed {
                to.kind == .agent
            } else {
                (from.kind == .app || from.kind == .script || from.kind == .environment)
                    && (to.kind == .agent || to.kind == .managed && to.type == Devcontainer.type)
            }
        case .describes: from.kind == .metadata && to.kind.isResource
        }
    }

    /// Resources that mean something to us beside being there. They remain resources, so one that is not complete is no issue.
    private mutating func readSpecial(_ node: GraphNode, _ index: Int) {
        var reader = MemberReader(node.attributes, unknown: Set(node.unknown))
        switch node.type {
        case Devcontainer.type:
            guard let ends = bindings[index], ends.count == 1 else { return }
            let container = Devcontainer(node, agent: nodes[ends[0]].address, &reader)
            if reader.faults.isEmpty { parts.devcontainers.append(container) }
        case AITask.type:
            let task = AITask(node, &reader)
            if reader.faults.isEmpty { parts.aiTasks.append(task) }
        default: return
        }
    }

    private mutating func report(_ issue: GraphIssue) {
        issueCount += 1
        if issues.count < Self.issuesMax { issues.append(issue) }
    }

    private mutating func report(cycle: [Int]) {
        let addresses = cycle.map { nodes[$0].address }
        // Long ones are shortened in the middle: the ends show where to look.
        let shown =
            addresses.count > 8
            ? Array(addresses.prefix(4)) + ["… \(addresses.count - 6) more …"] + Array(addresses.suffix(2)) : addresses
        let text = (shown + [addresses[0]]).joined(separator: " -> ")
        report(GraphIssue(GraphIssue.dependencyCycle, addresses[0], "dependencies form a cycle: \(text)"))
    }

    private mutating func checkPointers(_ node: GraphNode) {
        guard !node.sensitive.isEmpty || !node.unknown.isEmpty else { return }
        let unknown = Set(node.unknown)
        for pointer in node.sensitive where node.attributes.value(at: pointer) == nil && !unknown.contains(pointer) {
            report(
                GraphIssue(GraphIssue.invalidPointer, node.address, "sensitive pointer \"\(pointer)\" points at nothing in the attributes"))
        }
        for pointer in node.unknown where node.attributes.value(at: pointer) == nil {
            // The leaf may be missing: it is what is not known yet.
            let parent = node.attributes.value(at: JSONPointer(tokens: pointer.tokens.dropLast()))
            guard parent?.objectValue == nil, parent?.arrayValue == nil else { continue }
            report(
                GraphIssue(GraphIssue.invalidPointer, node.address, "unknown pointer \"\(pointer)\" points at nothing in the attributes"))
        }
    }

    /// The address that a node is bound to; empty after an issue.
    private mutating func binding(of index: Int) -> String {
        let node = nodes[index]
        let ends = bindings[index] ?? []
        if ends.count == 1 { return nodes[ends[0]].address }
        let several = ends.prefix(3).map { nodes[$0].address }.joined(separator: ", ") + (ends.count > 3 ? ", …" : "")
        let issue: (String, String) =
            switch (node.kind, ends.isEmpty) {
            case (.agent, true):
                (
                    GraphIssue.agentWithoutResource,
                    "agent runs on no resource; let the resource that starts it use the agent's token or init script, "
                        + "or report an edge runs_on from the agent to it"
                )
            case (.agent, false): (GraphIssue.agentWithManyResources, "agent must run on one resource, runs on \(several)")
            case (.metadata, true):
                (
                    GraphIssue.metadataWithoutResource,
                    "metadata describes no resource; report an edge describes from it to the resource it is about"
                )
            case (.metadata, false): (GraphIssue.metadataWithManyResources, "metadata must describe one resource, describes \(several)")
            case (_, true):
                (
                    GraphIssue.partWithoutAgent,
                    "\(node.kind.name) belongs to no agent; set its agent_id to the id of an agent, or report an edge part_of to it"
                )
            case (_, false): (GraphIssue.partWithManyAgents, "\(node.kind.name) must belong to one agent, belongs to \(several)")
            }
        report(GraphIssue(issue.0, node.address, issue.1))
        return ""
    }

    private mutating func checkAgentName(_ node: GraphNode, _ names: inout [String: String]) {
        guard GraphNames.isAgentName(node.name) else {
            let hint = node.name.contains("_") ? "; use - in place of _" : ""
            report(
                GraphIssue(
                    GraphIssue.invalidAgentName, node.address,
                    "agent name \(JSONValue.string(node.name).serialized()) must be letters and digits joined by single hyphens\(hint)"))
            return
        }
        if let other = names.updateValue(node.address, forKey: GraphNames.folded(node.name)) {
            report(
                GraphIssue(GraphIssue.duplicateAgentName, node.address, "agent name \"\(node.name)\" is that of \(other) already"))
        }
    }

    private mutating func checkSlug(_ app: App, isKnown: Bool, _ slugs: inout [String: String]) {
        guard isKnown else { return }
        guard GraphNames.isAppSlug(app.slug) else {
            report(
                GraphIssue(
                    GraphIssue.invalidAppSlug, app.address,
                    "app slug \(JSONValue.string(app.slug).serialized()) must be lower-case letters and digits joined by single hyphens"))
            return
        }
        if let other = slugs.updateValue(app.address, forKey: app.slug) {
            report(GraphIssue(GraphIssue.duplicateAppSlug, app.address, "app slug \"\(app.slug)\" is that of \(other) already"))
        }
    }

    /// Reads a typed part and turns what is wrong with its attributes into issues.
    private mutating func read<Part>(_ node: GraphNode, _ make: (inout MemberReader) -> Part) -> Part? {
        var reader = MemberReader(node.attributes, unknown: Set(node.unknown))
        let part = make(&reader)
        for fault in reader.faults {
            report(GraphIssue(GraphIssue.invalidAttribute, node.address, "\(fault.pointer) \(fault.message)"))
        }
        return reader.faults.isEmpty ? part : nil
    }
}

extension GraphNode {
    /// True if the attribute is known only after apply.
    func isUnknown(_ name: String) -> Bool {
        unknown.contains(JSONPointer(tokens: [name]))
    }
}
