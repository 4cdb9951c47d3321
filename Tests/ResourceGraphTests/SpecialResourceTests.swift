import JSON
import ResourceGraph
import Testing

@Suite("resources that mean something to us") struct SpecialResourceTests {
    private static func graph(_ extra: [GraphNode], _ edges: [GraphEdge]) throws -> ResourceGraph {
        var builder = ResourceGraphBuilder()
        let nodes = [
            GraphNode(address: "machine", type: "machine", name: "machine"),
            GraphNode(kind: .agent, address: "agent", type: "coder_agent", name: "main", attributes: ["os": "linux", "arch": "amd64"]),
        ]
        for node in nodes + extra { try builder.add(node) }
        for edge in [GraphEdge(.runsOn, from: "agent", to: "machine")] + edges { try builder.add(edge) }
        return try builder.build()
    }

    @Test("a devcontainer belongs to its agent, and an app may belong to the devcontainer")
    func devcontainer() throws {
        let graph = try Self.graph(
            [
                GraphNode(
                    address: "container", type: "coder_devcontainer", name: "repository",
                    attributes: ["workspace_folder": "/src", "subagent_id": "s"]),
                GraphNode(kind: .app, address: "app", type: "coder_app", name: "ide", attributes: ["slug": "ide"]),
            ], [GraphEdge(.partOf, from: "container", to: "agent"), GraphEdge(.partOf, from: "app", to: "container")])
        #expect(graph.devcontainers.map(\.agent) == ["agent"])
        #expect(graph.devcontainers.map(\.workspaceFolder) == ["/src"])
        #expect(graph.apps.map(\.agent) == ["container"])
        #expect(graph.resources.map(\.address) == ["container", "machine"])
    }

    @Test("a devcontainer that nobody starts is a resource like any other")
    func loneDevcontainer() throws {
        let graph = try Self.graph([GraphNode(address: "container", type: "coder_devcontainer", name: "c")], [])
        #expect(graph.devcontainers.isEmpty)
    }

    @Test("other resources are part of nothing")
    func others() {
        #expect(throws: GraphError.self) {
            try Self.graph([GraphNode(address: "disk", type: "disk", name: "d")], [GraphEdge(.partOf, from: "disk", to: "agent")])
        }
    }

    @Test("a task names its app, in today's way or in the older one")
    func tasks() throws {
        let graph = try Self.graph(
            [
                GraphNode(address: "new", type: "coder_ai_task", name: "n", attributes: ["app_id": "1", "prompt": "do"]),
                GraphNode(address: "old", type: "coder_ai_task", name: "o", attributes: ["sidebar_app": [["id": "2"]]]),
            ], [])
        #expect(graph.aiTasks.map(\.appID) == ["1", "2"])
    }

    @Test("scripts that an agent has as attributes are scripts")
    func ownScripts() throws {
        var builder = ResourceGraphBuilder()
        try builder.add(GraphNode(address: "machine", type: "machine", name: "machine"))
        try builder.add(
            GraphNode(
                kind: .agent, address: "agent", type: "coder_agent", name: "main",
                attributes: [
                    "os": "linux", "arch": "amd64", "startup_script": "up", "startup_script_behavior": "blocking",
                    "shutdown_script": "down",
                ]))
        try builder.add(GraphEdge(.runsOn, from: "agent", to: "machine"))
        let scripts = try builder.build().agents.flatMap(\.ownScripts)
        #expect(scripts.map(\.script) == ["up", "down"])
        #expect(scripts.map(\.startBlocksLogin) == [true, false])
        #expect(scripts.map(\.runsOnStop) == [false, true])
    }
}
