internal import JSON

/// Takes nodes, edges and outputs one by one, as a plugin reports them, and makes a graph of them.
///
/// What can be judged at once is refused at once: size, form, duplicates. What needs the whole graph is judged by
/// ``validate()``, which the two ways to build call.
package struct ResourceGraphBuilder: Sendable {
    private let limits: GraphLimits
    private var nodes: [GraphNode] = []
    private var addresses: Set<String> = []
    private var edges: Set<GraphEdge> = []
    private var outputs: [String: GraphOutput] = [:]

    /// A builder of an empty graph.
    package init(limits: GraphLimits = GraphLimits()) {
        self.limits = limits
    }

    /// How many nodes there are.
    package var nodeCount: Int { nodes.count }

    /// Adds a node.
    ///
    /// - Throws: ``GraphError`` with one issue; ``GraphIssue/duplicateAddress`` if the address is taken. Nothing is kept then.
    package mutating func add(_ node: GraphNode) throws(GraphError) {
        try check(address: node.address)
        guard node.attributes.objectValue != nil else {
            throw GraphError(GraphIssue.invalidAttributes, node.address, "attributes must be an object, are \(node.attributes.typeName)")
        }
        guard nodes.count < limits.maxNodes else {
            throw GraphError(GraphIssue.tooManyNodes, node.address, "a graph has at most \(limits.maxNodes) nodes")
        }
        guard addresses.insert(node.address).inserted else {
            throw GraphError(GraphIssue.duplicateAddress, node.address, "address is already in the graph")
        }
        nodes.append(node)
    }

    /// Adds an edge, whose ends may come later. The same edge twice is one.
    ///
    /// - Throws: ``GraphError`` with one issue. Nothing is kept then.
    package mutating func add(_ edge: GraphEdge) throws(GraphError) {
        try check(address: edge.from)
        try check(address: edge.to)
        guard !edges.contains(edge) else { return }
        guard edges.count < limits.maxEdges else {
            throw GraphError(GraphIssue.tooManyEdges, edge.from, "a graph has at most \(limits.maxEdges) edges")
        }
        edges.insert(edge)
    }

    /// Adds a named result.
    ///
    /// - Throws: ``GraphError`` with one issue; ``GraphIssue/duplicateOutput`` if the name is taken. Nothing is kept then.
    package mutating func add(_ output: GraphOutput) throws(GraphError) {
        guard !output.name.isEmpty, output.name.utf8.count <= limits.maxAddressSizeBytes, !GraphNames.hasControlCharacter(output.name)
        else {
            throw GraphError(
                GraphIssue.invalidOutput, "",
                "name of an output must have 1 to \(limits.maxAddressSizeBytes) bytes and no control characters")
        }
        guard outputs[output.name] == nil else {
            throw GraphError(GraphIssue.duplicateOutput, "", "output \(JSONValue.string(output.name).serialized()) is already in the graph")
        }
        guard outputs.count < limits.maxOutputs else {
            throw GraphError(GraphIssue.tooManyOutputs, "", "a graph has at most \(limits.maxOutputs) outputs")
        }
        outputs[output.name] = output
    }

    /// Everything that is wrong with the graph as a whole; empty if it can be built.
    package func validate() -> [GraphIssue] {
        buildPartial().issues
    }

    /// The graph.
    ///
    /// - Throws: ``GraphError`` with everything that is wrong.
    package func build() throws(GraphError) -> ResourceGraph {
        let (graph, issues) = buildPartial()
        guard issues.isEmpty else { throw GraphError(issues) }
        return graph
    }

    /// The graph as far as it goes, and everything that is wrong with it.
    ///
    /// For what a failed or cancelled operation leaves behind: every node is in it, so that nothing that exists is lost. Edges
    /// that lead nowhere are left out, and so are typed parts with an issue; dependencies may have a circle.
    package func buildPartial() -> (graph: ResourceGraph, issues: [GraphIssue]) {
        var validator = GraphValidator(
            nodes: nodes.sorted { $0.address < $1.address },
            edges: edges.sorted { ($0.from, $0.to, $0.kind.rawValue) < ($1.from, $1.to, $1.kind.rawValue) })
        validator.run()
        let graph = ResourceGraph(
            nodes: validator.nodes, edges: validator.resolvedEdges, outputs: outputs.values.sorted { $0.name < $1.name },
            parts: validator.parts)
        return (graph, validator.issues)
    }

    private func check(address: String) throws(GraphError) {
        guard !address.isEmpty else { throw GraphError(GraphIssue.invalidAddress, "", "address is empty") }
        guard address.utf8.count <= limits.maxAddressSizeBytes else {
            throw GraphError(
                GraphIssue.invalidAddress, String(address.unicodeScalars.prefix(100)) + "…",
                "address has \(address.utf8.count) bytes, \(limits.maxAddressSizeBytes) are allowed")
        }
        guard !GraphNames.hasControlCharacter(address) else {
            throw GraphError(GraphIssue.invalidAddress, JSONValue.string(address).serialized(), "address has a control character")
        }
    }
}
