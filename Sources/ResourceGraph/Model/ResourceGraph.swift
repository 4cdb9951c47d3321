/// What an operation of a plugin reports: resources, what runs on them, and how they hang together.
///
/// Made by ``ResourceGraphBuilder`` only, so that whoever has one may rely on its rules: addresses are unique, edges resolve,
/// dependencies have no circle, every agent has its resource and every app its agent. All lists are sorted by address.
package struct ResourceGraph: Sendable, Hashable {
    /// Every node in its raw form.
    package let nodes: [GraphNode]
    /// Every edge.
    package let edges: [GraphEdge]
    /// Named results.
    package let outputs: [GraphOutput]
    /// Agents, each with its resource.
    package let agents: [Agent]
    /// Apps, each with its agent.
    package let apps: [App]
    /// Scripts, each with its agent.
    package let scripts: [Script]
    /// Environment variables, each with its agent.
    package let environment: [EnvironmentVariable]
    /// Metadata, each with its resource.
    package let metadata: [ResourceMetadata]
    /// Containers that agents start, each with its agent.
    package let devcontainers: [Devcontainer]
    /// Tasks for assistants.
    package let aiTasks: [AITask]

    /// The graph of nothing.
    package static let empty = ResourceGraph(nodes: [], edges: [], outputs: [], parts: GraphParts())

    init(nodes: [GraphNode], edges: [GraphEdge], outputs: [GraphOutput], parts: GraphParts) {
        self.nodes = nodes
        self.edges = edges
        self.outputs = outputs
        agents = parts.agents
        apps = parts.apps
        scripts = parts.scripts
        environment = parts.environment
        metadata = parts.metadata
        devcontainers = parts.devcontainers
        aiTasks = parts.aiTasks
    }

    /// Machines that nobody here makes and that an agent is to be started on by hand.
    package var externalAgents: [GraphNode] {
        nodes.filter { $0.kind == .external && $0.type == "coder_external_agent" }
    }

    /// What lives in a backend or was looked up there: the nodes of kind managed, data and external.
    package var resources: [GraphNode] {
        nodes.filter(\.kind.isResource)
    }

    /// The node at an address. Takes time in proportion to the logarithm of the number of nodes.
    package func node(at address: String) -> GraphNode? {
        var range = nodes.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if nodes[middle].address == address { return nodes[middle] }
            range = nodes[middle].address < address ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
