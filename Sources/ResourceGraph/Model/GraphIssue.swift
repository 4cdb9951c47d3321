/// One way in which a graph breaks its rules.
package struct GraphIssue: Sendable, Hashable, CustomStringConvertible {
    /// Stable, dotted, for programs: `graph.duplicate-address`.
    package let code: String
    /// The node concerned; empty if it is the graph as a whole.
    package let address: String
    /// What is wrong and, where it helps, what to do; lower-case, without a period.
    package let message: String

    /// An issue with a node, or with the graph as a whole.
    package init(_ code: String, _ address: String, _ message: String) {
        self.code = code
        self.address = address
        self.message = message
    }

    /// Address, message and code.
    package var description: String {
        "\(address.isEmpty ? "" : "\(address): ")\(message) [\(code)]"
    }
}

extension GraphIssue {
    /// The address is taken.
    package static let duplicateAddress = "graph.duplicate-address"
    /// The name of an output is taken.
    package static let duplicateOutput = "graph.duplicate-output"
    /// More nodes than a graph may have.
    package static let tooManyNodes = "graph.too-many-nodes"
    /// More edges than a graph may have.
    package static let tooManyEdges = "graph.too-many-edges"
    /// More outputs than a graph may have.
    package static let tooManyOutputs = "graph.too-many-outputs"
    /// The address is empty, too long, or has control characters.
    package static let invalidAddress = "graph.invalid-address"
    /// The output has no name.
    package static let invalidOutput = "graph.invalid-output"
    /// The attributes are no object.
    package static let invalidAttributes = "graph.invalid-attributes"
    /// A pointer to sensitive or unknown attributes points at nothing.
    package static let invalidPointer = "graph.invalid-pointer"
    /// An edge has an end that is not in the graph.
    package static let unresolvedEdge = "graph.unresolved-edge"
    /// An edge joins nodes that its kind does not join.
    package static let invalidEdge = "graph.invalid-edge"
    /// Nodes depend on one another in a circle.
    package static let dependencyCycle = "graph.dependency-cycle"
    /// An agent's name cannot be used.
    package static let invalidAgentName = "graph.invalid-agent-name"
    /// Two agents have one name.
    package static let duplicateAgentName = "graph.duplicate-agent-name"
    /// An app's slug cannot be used.
    package static let invalidAppSlug = "graph.invalid-app-slug"
    /// Two apps have one slug.
    package static let duplicateAppSlug = "graph.duplicate-app-slug"
    /// An agent runs on nothing.
    package static let agentWithoutResource = "graph.agent-without-resource"
    /// An agent runs on more than one resource.
    package static let agentWithManyResources = "graph.agent-with-many-resources"
    /// An app, script or environment variable belongs to no agent.
    package static let partWithoutAgent = "graph.part-without-agent"
    /// An app, script or environment variable belongs to more than one agent.
    package static let partWithManyAgents = "graph.part-with-many-agents"
    /// Metadata is about nothing.
    package static let metadataWithoutResource = "graph.metadata-without-resource"
    /// Metadata is about more than one resource.
    package static let metadataWithManyResources = "graph.metadata-with-many-resources"
    /// A resource has more than one metadata.
    package static let duplicateMetadata = "graph.duplicate-metadata"
    /// An attribute has the wrong type or a value that is not allowed.
    package static let invalidAttribute = "graph.invalid-attribute"
    /// A document is not a graph.
    package static let invalidDocument = "graph.invalid-document"
}
