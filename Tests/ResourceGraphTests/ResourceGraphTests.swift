import JSON
import ResourceGraph
import Testing

struct ResourceGraphTests {
    @Test("a workspace is read into typed parts")
    func typedParts() throws {
        let graph = try Samples.workspace()
        #expect(
            graph.resources.map(\.address) == [
                "data.docker_image.base", "docker_container.workspace[0]", "docker_volume.home", "external.database",
            ])
        let agent = try #require(graph.agents.first)
        #expect(agent.name == "main" && agent.resource == "docker_container.workspace[0]" && agent.os == "linux" && agent.arch == "amd64")
        #expect(
            agent.token == "t0ken" && agent.environment == ["EDITOR": "vim"] && agent.connectionTimeoutSeconds == 60 && agent.order == 2)
        #expect(!agent.displayApps.vscode && agent.displayApps.webTerminal && !agent.displayApps.vscodeInsiders)
        #expect(agent.startupScriptBehavior == .blocking && agent.authentication == .token && agent.apiKeyScope == .all)
        #expect(agent.metadata.map(\.key) == ["cpu"] && agent.metadata[0].intervalSeconds == 10)
        #expect(agent.monitoring.memoryThresholdPercent == 80 && agent.monitoring.volumes.map(\.path) == ["/home"])
        #expect(graph.apps.map(\.slug) == ["code-server", "top"] && graph.apps.allSatisfy { $0.agent == agent.address })
        let app = graph.apps[0]
        #expect(app.sharing == .authenticated && app.openIn == .tab && app.isSubdomain && app.healthcheck?.threshold == 6)
        #expect(graph.apps[1].displayName == "top" && graph.apps[1].sharing == .owner && graph.apps[1].openIn == .slimWindow)
        #expect(graph.scripts.map(\.displayName) == ["Set-up"] && graph.scripts[0].cron == nil && graph.scripts[0].timeoutSeconds == 30)
        #expect(graph.environment.map(\.mergeStrategy) == [.prepend])
        let metadata = try #require(graph.metadata.first)
        #expect(metadata.resource == "docker_container.workspace[0]" && metadata.dailyCost == 7)
        #expect(metadata.items.map(\.isNull) == [false, false, true] && metadata.items.map(\.isSensitive) == [false, true, false])
        #expect(graph.node(at: "docker_volume.home")?.remoteID == "home-1" && graph.node(at: "x") == nil && graph.node(at: "") == nil)
    }

    @Test("what is known only after apply is no fault")
    func unknownAttributes() throws {
        var builder = ResourceGraphBuilder()
        try builder.add(GraphNode(address: "r", type: "t", name: "r"))
        try builder.add(
            GraphNode(
                kind: .agent, address: "a", type: "coder_agent", name: "a", attributes: ["arch": nil, "env": ["A": nil]],
                unknown: ["os", "arch", "token"].map { JSONPointer(tokens: [$0]) } + [JSONPointer(tokens: ["env", "A"])]))
        try builder.add(
            GraphNode(kind: .app, address: "p", type: "coder_app", name: "UPPER", attributes: [:], unknown: [JSONPointer(tokens: ["slug"])])
        )
        try builder.add(GraphEdge(.runsOn, from: "a", to: "r"))
        try builder.add(GraphEdge(.partOf, from: "p", to: "a"))
        let graph = try builder.build()
        #expect(graph.agents[0].os == "" && graph.agents[0].token == nil && graph.apps.count == 1)
    }

    @Test("a graph written with its secrets reads back equal")
    func roundTrip() throws {
        let graph = try Samples.workspace()
        let text = graph.json(sensitive: .include).serialized()
        #expect(try ResourceGraph(json: JSONValue(parsing: text)) == graph)
        #expect(try ResourceGraph(json: ResourceGraph.empty.json(sensitive: .include)) == .empty)
    }

    @Test("secrets are not in the redacted document")
    func redacts() throws {
        let text = try Samples.workspace().json(sensitive: .redact).serialized()
        for secret in ["s3cret", "t0ken", "hunter2", "\"value\":\"x\""] { #expect(!text.contains(secret)) }
        #expect(text.contains("\"TOKEN\":\"***\"") && text.contains("debian:12"))
    }

    @Test("document, DOT and SVG are as they were")
    func snapshots() throws {
        let graph = try Samples.workspace()
        try expectSnapshot("workspace.json", graph.json(sensitive: .redact).serialized(pretty: true) + "\n")
        try expectSnapshot("workspace.dot", graph.dot())
        try expectSnapshot("workspace.svg", graph.svg())
        try expectSnapshot("empty.svg", ResourceGraph.empty.svg())
    }

    @Test("the order in which a plugin reports does not matter")
    func orderDoesNotMatter() throws {
        var builder = ResourceGraphBuilder()
        for edge in Samples.workspaceEdges.reversed() + Samples.workspaceEdges { try builder.add(edge) }
        for node in Samples.workspaceNodes.reversed() { try builder.add(node) }
        let graph = try builder.build()
        let other = try Samples.workspace()
        #expect(graph.nodes == other.nodes && graph.edges == other.edges && graph.svg() == other.svg())
    }

    @Test(
        "documents that are no graph are refused",
        arguments: [
            ("[]", "/version must be 1, is missing"), (#"{"version":2}"#, "/version must be 1, is 2"),
            (#"{"version":1,"extra":1}"#, "/extra is not a known member"),
            (#"{"version":1,"resources":{}}"#, "/resources must be a list, is object"),
            (#"{"version":1,"resources":[1]}"#, "/resources/0 must be an object, is integer"),
            (
                #"{"version":1,"resources":[{"address":"a","kind":"x","change":"none","type":"t","name":"n"}]}"#,
                "/resources/0/kind is no kind of node: \"x\""
            ),
            (
                #"{"version":1,"resources":[{"address":"a","kind":"data","change":"x","type":"t","name":"n"}]}"#,
                "/resources/0/change is no change: \"x\""
            ),
            (
                #"{"version":1,"resources":[{"address":"a","kind":"data","change":"none","type":"t","name":"n","unknown":["x"]}]}"#,
                "/resources/0/unknown element 0 is no pointer"
            ),
            (
                #"{"version":1,"resources":[{"address":"a","kind":"data","change":"none","type":"t","name":"n","sensitive":[1]}]}"#,
                "/resources/0/sensitive must be a list of pointers"
            ),
            (#"{"version":1,"edges":[{"kind":"x","from":"a","to":"b"}]}"#, "/edges/0/kind is no kind of edge: \"x\""),
            (#"{"version":1,"outputs":[{"value":1}]}"#, "/outputs/0/name is missing"),
            (#"{"version":1,"edges":[{"kind":"depends_on","from":"a","to":"b"}]}"#, "a is not in the graph"),
        ])
    func refusesDocuments(text: String, message: String) throws {
        let json = try JSONValue(parsing: text)
        do throws(GraphError) {
            _ = try ResourceGraph(json: json)
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test("numbers of newer plugins fall back as the header says")
    func fallbacks() {
        #expect(NodeKind(abiValue: 99) == .managed && NodeKind(abiValue: 7) == .external)
        #expect(ResourceChange(abiValue: 0) == .none && ResourceChange(abiValue: 5) == .delete)
        #expect(EdgeKind(abiValue: 0) == .dependsOn && EdgeKind(abiValue: 4) == .describes)
    }
}
