import PluginLoading
import ResourceGraph

/// What is wrong with a reported graph, and which test says so.
enum GraphRules {
    /// The id of the test that reports an issue; nil if the contract does not speak of it.
    static func owner(of code: String) -> String? {
        switch code {
        case GraphIssue.duplicateAddress, GraphIssue.invalidAddress: "graph-addresses"
        case GraphIssue.unresolvedEdge, GraphIssue.invalidEdge, GraphIssue.agentWithoutResource, GraphIssue.agentWithManyResources,
            GraphIssue.partWithoutAgent, GraphIssue.partWithManyAgents, GraphIssue.metadataWithoutResource,
            GraphIssue.metadataWithManyResources:
            "graph-edges"
        case GraphIssue.dependencyCycle: "graph-acyclic"
        case GraphIssue.duplicateMetadata: nil
        default: "graph-json"
        }
    }

    /// The issues of a job's graph that are a matter of one test.
    static func issues(in record: JobRecord, for test: String) -> [GraphIssue] {
        var builder = ResourceGraphBuilder()
        var issues: [GraphIssue] = []
        func collect(_ body: (inout ResourceGraphBuilder) throws(GraphError) -> Void) {
            do throws(GraphError) { try body(&builder) } catch { issues += error.issues }
        }
        for node in record.said.nodes { collect { builder throws(GraphError) in try builder.add(node) } }
        for edge in record.said.edges { collect { builder throws(GraphError) in try builder.add(edge) } }
        for output in record.said.outputs { collect { builder throws(GraphError) in try builder.add(output) } }
        // What was not finished may lack the far end of an edge.
        if record.isOK { issues += builder.validate() }
        return issues.filter { owner(of: $0.code) == test }
    }
}
