package import ResourceGraph

/// A graph made from the result of a template, and what is to be said about it.
package struct ConvertedGraph: Sendable {
    /// Complete if there are no ``errors``; else what is in order of it.
    package let graph: ResourceGraph
    /// What the template must not do: two agents of one name, a slug that is none.
    package let errors: [GraphIssue]
    /// What was left out of the graph, and why: an agent that nothing runs, an app whose agent is not there.
    package let warnings: [GraphIssue]

    /// Finds for each agent the resource it runs on, for each part its agent, and for metadata its resource.
    ///
    /// Identities decide where they are known; else the expressions of the configuration; else what is nearest in the graph of
    /// dependencies. Of the instances of a resource it is the one in the same instance of the module, with the same key.
    package init(_ set: ResourceSet) {
        var conversion = GraphConversion(set)
        conversion.bind()
        (graph, errors) = conversion.build()
        warnings = conversion.warnings.sorted { ($0.address, $0.message) < ($1.address, $1.message) }
    }
}

extension GraphIssue {
    /// An agent is left out, since no resource starts it.
    package static let agentNotStarted = "graph.agent-not-started"
    /// An app, script, variable, devcontainer or metadata is left out, since what it belongs to is not there.
    package static let partLeftOut = "graph.part-left-out"
    /// It could belong to several; one was taken.
    package static let ambiguousOwner = "graph.ambiguous-owner"
}
