import JSON
import ResourceGraph
import Testing

struct GraphValidationTests {
    /// A resource, an agent on it, and an app, script, variable and metadata, all valid.
    private static let base: [GraphNode] = [
        GraphNode(address: "r", type: "vm", name: "r"), GraphNode(kind: .data, address: "d", type: "image", name: "d"), agent("a", "main"),
        GraphNode(kind: .app, address: "p", type: "coder_app", name: "p", attributes: ["slug": "p"]),
        GraphNode(kind: .script, address: "s", type: "coder_script", name: "s", attributes: ["script": "true"]),
        GraphNode(kind: .environment, address: "e", type: "coder_env", name: "e", attributes: ["name": "E"]),
        GraphNode(kind: .metadata, address: "m", type: "coder_metadata", name: "m"),
    ]
    private static let edges: [GraphEdge] = [
        GraphEdge(.runsOn, from: "a", to: "r"), GraphEdge(.partOf, from: "p", to: "a"), GraphEdge(.partOf, from: "s", to: "a"),
        GraphEdge(.partOf, from: "e", to: "a"), GraphEdge(.describes, from: "m", to: "r"),
    ]

    private static func agent(_ address: String, _ name: String) -> GraphNode {
        GraphNode(kind: .agent, address: address, type: "coder_agent", name: name, attributes: ["os": "linux", "arch": "arm64"])
    }

    /// A graph with one fault, and the issue that it gives.
    struct Case: Sendable, CustomTestStringConvertible {
        var nodes: [GraphNode] = []
        var edges: [GraphEdge] = []
        var without: GraphEdge?
        let code: String
        let address: String
        let message: String
        var testDescription: String { "\(code) \(message)" }
    }

    private static func attribute(_ kind: NodeKind, _ attributes: JSONValue, _ message: String) -> Case {
        var attributes = attributes
        let edge: GraphEdge
        switch kind {
        case .agent:
            edge = GraphEdge(.runsOn, from: "x", to: "r")
            attributes["os"] = attributes["os"] ?? "linux"
            attributes["arch"] = attributes["arch"] ?? "amd64"
        case .metadata: edge = GraphEdge(.describes, from: "x", to: "d")
        default: edge = GraphEdge(.partOf, from: "x", to: "a")
        }
        return Case(
            nodes: [GraphNode(kind: kind, address: "x", type: "t", name: "x", attributes: attributes)], edges: [edge],
            code: GraphIssue.invalidAttribute, address: "x", message: message)
    }

    private static let cases: [Case] = [
        Case(
            edges: [GraphEdge(.dependsOn, from: "r", to: "gone")], code: GraphIssue.unresolvedEdge, address: "r",
            message: "gone is not in the graph"),
        Case(
            edges: [GraphEdge(.dependsOn, from: "gone", to: "r")], code: GraphIssue.unresolvedEdge, address: "gone",
            message: "gone is not in the graph"),
        Case(edges: [GraphEdge(.dependsOn, from: "r", to: "r")], code: GraphIssue.dependencyCycle, address: "r", message: "r -> r"),
        Case(
            edges: [
                GraphEdge(.dependsOn, from: "r", to: "d"), GraphEdge(.dependsOn, from: "d", to: "p"),
                GraphEdge(.dependsOn, from: "p", to: "r"),
            ],
            code: GraphIssue.dependencyCycle, address: "d", message: "dependencies form a cycle: d -> p -> r -> d"),
        Case(
            edges: [GraphEdge(.runsOn, from: "p", to: "r")], code: GraphIssue.invalidEdge, address: "p",
            message: "runs_on cannot lead from kind app to r of kind managed"),
        Case(edges: [GraphEdge(.runsOn, from: "a", to: "d")], code: GraphIssue.invalidEdge, address: "a", message: "d of kind data"),
        Case(
            edges: [GraphEdge(.partOf, from: "r", to: "a")], code: GraphIssue.invalidEdge, address: "r",
            message: "part_of cannot lead from kind managed"),
        Case(edges: [GraphEdge(.partOf, from: "p", to: "r")], code: GraphIssue.invalidEdge, address: "p", message: "r of kind managed"),
        Case(
            edges: [GraphEdge(.describes, from: "m", to: "a")], code: GraphIssue.invalidEdge, address: "m",
            message: "describes cannot lead from kind metadata to a of kind agent"),
        Case(
            without: GraphEdge(.runsOn, from: "a", to: "r"), code: GraphIssue.agentWithoutResource, address: "a",
            message: "let the resource that starts it use the agent's token"),
        Case(
            nodes: [GraphNode(address: "r2", type: "vm", name: "r2")], edges: [GraphEdge(.runsOn, from: "a", to: "r2")],
            code: GraphIssue.agentWithManyResources,
            address: "a", message: "runs on r, r2"),
        Case(
            without: GraphEdge(.partOf, from: "p", to: "a"), code: GraphIssue.partWithoutAgent, address: "p",
            message: "app belongs to no agent; set its agent_id"),
        Case(
            without: GraphEdge(.partOf, from: "s", to: "a"), code: GraphIssue.partWithoutAgent, address: "s",
            message: "script belongs to no agent"),
        Case(
            without: GraphEdge(.partOf, from: "e", to: "a"), code: GraphIssue.partWithoutAgent, address: "e",
            message: "env belongs to no agent"),
        Case(
            nodes: [agent("b", "other")], edges: [GraphEdge(.runsOn, from: "b", to: "r"), GraphEdge(.partOf, from: "p", to: "b")],
            code: GraphIssue.partWithManyAgents,
            address: "p", message: "belongs to a, b"),
        Case(
            without: GraphEdge(.describes, from: "m", to: "r"), code: GraphIssue.metadataWithoutResource, address: "m",
            message: "describes no resource"),
        Case(
            edges: [GraphEdge(.describes, from: "m", to: "d")], code: GraphIssue.metadataWithManyResources, address: "m",
            message: "describes d, r"),
        Case(
            nodes: [GraphNode(kind: .metadata, address: "m2", type: "coder_metadata", name: "m2")],
            edges: [GraphEdge(.describes, from: "m2", to: "r")],
            code: GraphIssue.duplicateMetadata, address: "m2", message: "r is described by m already"),
        Case(
            nodes: [agent("b", "MAIN")], edges: [GraphEdge(.runsOn, from: "b", to: "r")], code: GraphIssue.duplicateAgentName, address: "b",
            message: "\"MAIN\" is that of a already"),
        Case(
            nodes: [agent("b", "my_agent")], edges: [GraphEdge(.runsOn, from: "b", to: "r")], code: GraphIssue.invalidAgentName,
            address: "b", message: "use - in place of _"),
        Case(
            nodes: [GraphNode(kind: .app, address: "p2", type: "coder_app", name: "P", attributes: [:])],
            edges: [GraphEdge(.partOf, from: "p2", to: "a")],
            code: GraphIssue.invalidAppSlug, address: "p2", message: "app slug \"P\" must be lower-case"),
        Case(
            nodes: [GraphNode(kind: .app, address: "p2", type: "coder_app", name: "x", attributes: ["slug": "p"])],
            edges: [GraphEdge(.partOf, from: "p2", to: "a")],
            code: GraphIssue.duplicateAppSlug, address: "p2", message: "app slug \"p\" is that of p already"),
        Case(
            nodes: [GraphNode(address: "r2", type: "t", name: "n", sensitive: [JSONPointer(tokens: ["x"])])],
            code: GraphIssue.invalidPointer, address: "r2",
            message: "sensitive pointer \"/x\" points at nothing"),
        Case(
            nodes: [GraphNode(address: "r2", type: "t", name: "n", attributes: ["a": 1], unknown: [JSONPointer(tokens: ["x", "y"])])],
            code: GraphIssue.invalidPointer,
            address: "r2", message: "unknown pointer \"/x/y\" points at nothing"),
        Case(
            nodes: [GraphNode(address: "r2", type: "t", name: "n", attributes: ["a": 1], unknown: [JSONPointer(tokens: ["a", "y"])])],
            code: GraphIssue.invalidPointer,
            address: "r2", message: "unknown pointer \"/a/y\" points at nothing"),
        attribute(.agent, ["os": 1], "/os must be a string, is integer"),
        attribute(.agent, ["auth": "magic"], "/auth must be one of token, google-instance-identity"),
        attribute(.agent, ["connection_timeout": -1], "/connection_timeout must be at least 0, is -1"),
        attribute(.agent, ["connection_timeout": 1.5], "/connection_timeout must be an integer, is number"),
        attribute(.agent, ["env": ["A/B": 1]], "/env/A~1B must be a string, is integer"),
        attribute(.agent, ["display_apps": [["vscode": "yes"]]], "/display_apps/0/vscode must be a boolean, is string"),
        attribute(.agent, ["display_apps": [[:], [:]]], "/display_apps must have at most one element, has 2"),
        attribute(
            .agent, ["metadata": [["key": "k", "script": "x", "interval": 1], ["key": "k", "script": "x"]]],
            "/metadata key \"k\" occurs twice"),
        attribute(.agent, ["metadata": ["x"]], "/metadata/0 must be an object, is string"),
        attribute(
            .agent, ["resources_monitoring": ["volume": [["path": "/", "enabled": true, "threshold": 101]]]],
            "/resources_monitoring/volume/0/threshold must be 0 to 100, is 101"),
        attribute(.agent, ["startup_script_behavior": "maybe"], "/startup_script_behavior must be one of blocking, non-blocking"),
        attribute(.app, ["share": "all"], "/share must be one of owner, organization, authenticated, public, is \"all\""),
        attribute(.app, ["open_in": "x"], "/open_in must be one of tab, slim-window"),
        attribute(.app, ["healthcheck": ["interval": 1]], "/healthcheck/url is missing"),
        attribute(.app, ["url": "u", "command": "c"], "/command cannot be used together with url"),
        attribute(.script, [:], "/script is missing"), attribute(.script, ["script": nil], "/script is missing"),
        attribute(.script, ["script": "x", "timeout": -1], "/timeout must be at least 0, is -1"),
        attribute(.environment, ["name": "1A"], "/name must be letters, digits and _"),
        attribute(.environment, ["name": "A", "merge_strategy": "x"], "/merge_strategy must be one of"),
        attribute(.environment, ["name": "A", "value": "a\0b"], "/value has a NUL character"),
        attribute(.metadata, ["items": [["value": "x"]]], "/items/0/key is missing"),
        attribute(.metadata, ["item": [["key": "k"], ["key": "k"]]], "/items key \"k\" occurs twice"),
        attribute(.metadata, ["daily_cost": "7"], "/daily_cost must be an integer, is string"),
    ]

    @Test("every rule has its issue, and names the address", arguments: cases)
    func rules(_ rule: Case) throws {
        var builder = ResourceGraphBuilder()
        for node in Self.base + rule.nodes { try builder.add(node) }
        for edge in Self.edges + rule.edges where edge != rule.without { try builder.add(edge) }
        let issues = builder.validate()
        let issue = try #require(issues.first)
        #expect(issues.count == 1, "\(issues)")
        #expect(issue.code == rule.code)
        #expect(issue.address == rule.address)
        #expect(issue.message.contains(rule.message), "\(issue.message)")
        #expect(throws: GraphError(issues)) { try builder.build() }
        // Nothing is lost: a partial graph has every node.
        #expect(builder.buildPartial().graph.nodes.count == Self.base.count + rule.nodes.count)
    }

    @Test("the graph on which the rules are tried is valid")
    func baseIsValid() throws {
        var builder = ResourceGraphBuilder()
        for node in Self.base { try builder.add(node) }
        for edge in Self.edges { try builder.add(edge) }
        #expect(builder.validate() == [])
    }

    @Test(
        "names of agents are judged by hand as the expression says",
        arguments: [
            ("a", true), ("A-1", true), ("a-b-c", true), ("9", true), ("", false), ("-a", false), ("a-", false), ("a--b", false),
            ("a_b", false), ("é", false), ("a b", false), ("-", false),
        ])
    func agentNames(name: String, isValid: Bool) throws {
        var builder = ResourceGraphBuilder()
        try builder.add(Self.agent("x", name))
        try builder.add(GraphNode(address: "r", type: "t", name: "r"))
        try builder.add(GraphEdge(.runsOn, from: "x", to: "r"))
        #expect(builder.validate().isEmpty == isValid)
    }

    @Test(
        "what cannot be in any graph is refused as it comes",
        arguments: [
            (GraphNode(address: "", type: "t", name: "n"), GraphIssue.invalidAddress),
            (GraphNode(address: String(repeating: "a", count: 1025), type: "t", name: "n"), GraphIssue.invalidAddress),
            (GraphNode(address: "a\nb", type: "t", name: "n"), GraphIssue.invalidAddress),
            (GraphNode(address: "a\u{85}", type: "t", name: "n"), GraphIssue.invalidAddress),
            (GraphNode(address: "a", type: "t", name: "n", attributes: []), GraphIssue.invalidAttributes),
            (GraphNode(address: "taken", type: "t", name: "n"), GraphIssue.duplicateAddress),
        ])
    func refusedAtOnce(node: GraphNode, code: String) throws {
        var builder = ResourceGraphBuilder()
        try builder.add(GraphNode(address: "taken", type: "t", name: "n"))
        do throws(GraphError) {
            try builder.add(node)
            Issue.record("accepted")
        } catch {
            #expect(error.issues.map(\.code) == [code])
        }
        #expect(builder.nodeCount == 1)
        #expect(try builder.build().nodes.count == 1)
    }

    @Test("limits hold for nodes, edges and outputs")
    func limits() throws {
        var limits = GraphLimits()
        #expect(limits.maxNodes == 100_000 && limits.maxEdges == 1_000_000 && limits.maxAddressSizeBytes == 1024)
        (limits.maxNodes, limits.maxEdges, limits.maxOutputs) = (2, 1, 1)
        var builder = ResourceGraphBuilder(limits: limits)
        try builder.add(GraphNode(address: String(repeating: "a", count: 1024), type: "t", name: "n"))
        try builder.add(GraphNode(address: "b", type: "t", name: "n"))
        #expect(throws: GraphError(GraphIssue.tooManyNodes, "c", "a graph has at most 2 nodes")) {
            try builder.add(GraphNode(address: "c", type: "t", name: "n"))
        }
        try builder.add(GraphEdge(.dependsOn, from: "b", to: "x"))
        try builder.add(GraphEdge(.dependsOn, from: "b", to: "x"))
        #expect(throws: GraphError(GraphIssue.tooManyEdges, "b", "a graph has at most 1 edges")) {
            try builder.add(GraphEdge(.dependsOn, from: "b", to: "y"))
        }
        #expect(throws: GraphError.self) { try builder.add(GraphEdge(.dependsOn, from: "b", to: "")) }
        try builder.add(GraphOutput(name: "o", value: 1))
        #expect(throws: GraphError(GraphIssue.duplicateOutput, "", "output \"o\" is already in the graph")) {
            try builder.add(GraphOutput(name: "o", value: 2))
        }
        #expect(throws: GraphError(GraphIssue.tooManyOutputs, "", "a graph has at most 1 outputs")) {
            try builder.add(GraphOutput(name: "q", value: 2))
        }
        #expect(throws: GraphError.self) { try builder.add(GraphOutput(name: "", value: 2)) }
    }

    @Test("a chain of 100,000 resources is valid, and closed to a circle it is one issue")
    func longChain() throws {
        var builder = ResourceGraphBuilder()
        for index in 0..<100_000 {
            try builder.add(GraphNode(address: "n\(index)", type: "t", name: "n"))
            if index > 0 { try builder.add(GraphEdge(.dependsOn, from: "n\(index)", to: "n\(index - 1)")) }
        }
        #expect(try builder.build().nodes.count == 100_000)
        try builder.add(GraphEdge(.dependsOn, from: "n0", to: "n99999"))
        let issues = builder.validate()
        #expect(issues.count == 1 && issues[0].code == GraphIssue.dependencyCycle)
        #expect(issues[0].message == "dependencies form a cycle: n0 -> n99999 -> n99998 -> n99997 -> … 99994 more … -> n2 -> n1 -> n0")
    }

    @Test("an error prints its first issues, and a partial graph leaves out what is wrong")
    func manyIssues() throws {
        var builder = ResourceGraphBuilder()
        for index in 0..<2000 { try builder.add(Self.agent("a\(index)", "n\(index)")) }
        let (graph, issues) = builder.buildPartial()
        #expect(graph.nodes.count == 2000 && graph.agents.isEmpty && issues.count == 1000)
        #expect(GraphError(issues).description.hasSuffix("; and 997 more"))
        #expect(GraphError(GraphIssue.tooManyNodes, "a", "no").description == "a: no [graph.too-many-nodes]")
    }
}
