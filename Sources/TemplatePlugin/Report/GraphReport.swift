import JSON
import PluginKit
import ResourceGraph
import TemplateGraph

/// Hands a graph to the host, with every secret marked.
struct GraphReport {
    private let converted: ConvertedGraph

    init(_ set: ResourceSet) { converted = ConvertedGraph(set) }

    /// Whether the template does what no graph can have, such as two agents of one name.
    var hasErrors: Bool { !converted.errors.isEmpty }

    /// Tells what is wrong with it.
    ///
    /// - Parameter isWhole: whether everything that the template asks for is there. Otherwise it says nothing of the template that
    ///   an agent has no machine.
    func explain(_ reporter: JobReporter, isWhole: Bool) {
        for issue in converted.errors { reporter.report(issue.diagnostic(.error)) }
        for issue in converted.warnings {
            if isWhole {
                reporter.report(issue.diagnostic(.warning))
            } else {
                reporter.log(.debug, issue.message, resource: issue.address)
            }
        }
    }

    func send(to job: Job, _ reporter: JobReporter) async throws {
        let graph = converted.graph
        // The token of an agent is in whatever starts the agent, too.
        for node in graph.nodes where node.kind == .agent {
            if let token = node.attributes["token"]?.stringValue { reporter.keepSecret(token) }
        }
        let secrets = reporter.secrets
        for node in graph.nodes {
            let sensitive = Set(node.secrets.filter { node.attributes.value(at: $0) != nil } + secrets.pointers(in: node.attributes))
            try await job.add(
                Resource(
                    node.address, type: node.type, name: node.name, kind: Resource.Kind(rawValue: node.kind.rawValue) ?? .managed,
                    change: Resource.Change(rawValue: node.change.rawValue) ?? .none,
                    remoteID: node.remoteID, attributes: node.attributes, sensitive: sensitive.map(\.description).sorted(),
                    unknown: node.unknown.map(\.description)))
        }
        for edge in graph.edges {
            try await job.connect(edge.from, PluginKit.EdgeKind(rawValue: edge.kind.rawValue) ?? .dependsOn, edge.to)
        }
        for output in graph.outputs {
            let isSensitive = output.isSensitive || !secrets.pointers(in: output.value).isEmpty
            try await job.output(output.name, output.value, isSensitive: isSensitive)
        }
    }
}

extension GraphIssue {
    fileprivate func diagnostic(_ severity: PluginKit.Diagnostic.Severity) -> PluginKit.Diagnostic {
        PluginKit.Diagnostic(severity, code: code, summary: message, resource: address.isEmpty ? nil : address)
    }
}
