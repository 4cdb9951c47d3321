import DockerEngine
import DockerTestSupport
import JSON
import PluginLoading
import ResourceGraph
import TestSupport
import Testing

@Suite("what can be done beside builds", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct ActionTests {
    private static let template = """
        resource "docker_network" "main" {
          name = data.coder_workspace.me.id
        }
        resource "docker_container" "main" {
          name    = data.coder_workspace.me.id
          image   = "\(TestEngine.image)"
          command = ["sh", "-c", "echo hello; echo trouble >&2; sleep 1000"]
          networks_advanced {
            name = docker_network.main.name
          }
        }
        """

    @Test("actions work on the container that is on record")
    func container() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            try await workspace.succeed(.apply)
            let exec = try await workspace.call("exec", ["command": ["sh", "-c", "echo $0 $1; exit 3", "a", "b"]])
            #expect(exec.outputs["exit_code"] == 3 && exec.outputs["output"] == "a b\n")
            let observer = RecordingObserver()
            let logs = try await workspace.call("logs", [:], resource: "docker_container.main", observer: observer)
            #expect(logs.outputs["lines"] == 2 && logs.outputs["end"] == "complete")
            #expect(Set(observer.seen.records.filter { $0.stage == "logs" }.map(\.message)) == ["hello", "trouble"])
            let before = try await workspace.client.container(workspace.id).at("State|StartedAt")
            _ = try await workspace.call("restart", ["timeout": 0])
            #expect(try await workspace.client.container(workspace.id).at("State|StartedAt") != before)
            let stats = try await workspace.call("stats", [:])
            #expect(try #require(stats.outputs["processes"]?.intValue) > 0)
            let commit = try await workspace.call("commit", ["image": .string("berth.test/\(workspace.id):1")])
            let image = try await workspace.client.image("berth.test/\(workspace.id):1")
            #expect(image["Id"] == commit.outputs["image"])
            try await workspace.client.removeImage("berth.test/\(workspace.id):1", force: true)
            let missing = try await workspace.call("stats", [:], resource: "docker_container.other")
            #expect(missing.report.diagnostics.map(\.code) == ["action.resource"])
            try await workspace.succeed(.destroy)
        }
    }

    @Test("the inventory has what carries the labels; what belongs to no workspace can be removed")
    func orphans() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            try await workspace.succeed(.apply)
            let inventory = try await workspace.succeed(.inventory)
            #expect(inventory.graph.nodes.map(\.type).sorted() == ["docker_container", "docker_network"])
            #expect(inventory.graph.nodes.compactMap(\.remoteID).count == 2)
            let all = try await workspace.remains()
            let kept = try await workspace.call("prune-orphans", ["keep": [.string(workspace.id)], "dry-run": false, "age": 0])
            #expect(kept.outputs["removed"]?.arrayValue?.contains(.string("container \(workspace.id)")) == false)
            #expect(try await workspace.remains() == all)
            let shown = try await workspace.call("prune-orphans", ["keep": [], "age": 0])
            #expect(shown.outputs["removable"]?.arrayValue?.contains(.string("container \(workspace.id)")) == true)
            #expect(try await workspace.remains() == all)
            _ = try await workspace.call("prune-orphans", ["keep": [], "dry-run": false, "age": 0])
            #expect(try await workspace.remains() == [])
        }
    }
}
