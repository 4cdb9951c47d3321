import DockerEngine
import DockerTestSupport
import JSON
import PluginLoading
import ResourceGraph
import TestSupport
import Testing

@Suite("plans and what is done with them", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct PlanTests {
    private static let template = """
        data "coder_parameter" "size" {
          name    = "size"
          default = "10"
          mutable = true
        }
        resource "docker_network" "a" {
          name = "${data.coder_workspace.me.id}-a"
        }
        resource "docker_network" "b" {
          name = "${data.coder_workspace.me.id}-b"
          labels {
            label = "size"
            value = data.coder_parameter.size.value
          }
        }
        """

    @Test("a plan that was kept is carried out as it is")
    func kept() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            let planned = try await workspace.succeed(.plan)
            #expect(planned.graph.node(at: "docker_network.a")?.change == .create)
            #expect(planned.plan != nil)
            let applied = try await workspace.succeed(.apply, plan: planned.plan)
            #expect(applied.graph.node(at: "docker_network.a")?.remoteID != nil)
            try await workspace.succeed(.destroy)
        }
    }

    @Test(
        "a plan that does not hold any more is refused, and nothing is done",
        arguments: [["parameters": ["size": "20"]], [:] as [String: JSONValue]])
    func stale(inputs: [String: JSONValue]) async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            try await workspace.succeed(.apply)
            let planned = try await workspace.succeed(.plan)
            // Either the build asks for something else, or the backend has changed.
            if inputs.isEmpty { try await workspace.client.removeNetwork("\(workspace.id)-a") }
            let before = try await workspace.remains()
            let report = try await workspace.run(.apply, inputs: inputs, plan: planned.plan)
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.map(\.code) == ["plan.stale"])
            #expect(report.diagnostics.first?.detail.contains(inputs.isEmpty ? "docker_network.a" : "docker_network.b") == true)
            #expect(try await workspace.remains() == before)
            try await workspace.succeed(.destroy)
        }
    }

    @Test("bytes that are no plan are refused")
    func unreadable() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            let report = try await workspace.run(.apply, plan: [1, 2, 3])
            #expect(report.outcome == .refused && report.diagnostics.map(\.code) == ["plan.unreadable"])
        }
    }

    @Test("a plan to destroy names everything that exists, without the template")
    func destroying() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template)
            try await workspace.succeed(.apply)
            #expect(try await workspace.changes("delete") == ["docker_network.a delete", "docker_network.b delete"])
            try await workspace.succeed(.destroy)
            #expect(try await workspace.remains() == [])
        }
    }

    @Test("what is secret in the inputs, and an agent's token, are marked wherever they turn up")
    func secrets() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(
                fixture,
                """
                data "coder_parameter" "password" {
                  name    = "password"
                  mutable = true
                }
                resource "coder_agent" "main" {
                  os   = "linux"
                  arch = "amd64"
                }
                resource "docker_container" "main" {
                  name    = data.coder_workspace.me.id
                  image   = "\(TestEngine.image)"
                  command = ["sleep", "1000"]
                  env     = ["CODER_AGENT_TOKEN=${coder_agent.main.token}", "PASSWORD=${data.coder_parameter.password.value}"]
                }
                """)
            let secret = "correct horse battery"
            let report = try await workspace.succeed(
                .apply, inputs: ["parameters": ["password": .string(secret)], "sensitive": ["/parameters/password"]])
            let token = try #require(report.graph.node(at: "coder_agent.main")?.attributes["token"]?.stringValue)
            let shown = report.graph.json(sensitive: .redact).serialized()
            #expect(!shown.contains(secret) && !shown.contains(token))
            #expect(report.graph.node(at: "docker_container.main")?.sensitive.isEmpty == false)
            try await workspace.succeed(.destroy)
        }
    }

    @Test("with two agents, too, a second build changes nothing, unless the inputs say that no agent runs")
    func tokens() async throws {
        try await Fixture.with { fixture in
            let container = { (name: String) in
                """
                resource "coder_agent" "\(name)" {
                  os   = "linux"
                  arch = "amd64"
                }
                resource "docker_container" "\(name)" {
                  name    = "${data.coder_workspace.me.id}-\(name)"
                  image   = "\(TestEngine.image)"
                  command = ["sleep", "1000"]
                  env     = ["CODER_AGENT_TOKEN=${coder_agent.\(name).token}"]
                }

                """
            }
            let workspace = try await DockerWorkspace(fixture, container("a") + container("b"))
            try await workspace.succeed(.apply)
            #expect(try await workspace.changes() == [])
            let changes = try await workspace.changes(inputs: ["agent": ["running_tokens": [:]]])
            #expect(changes.contains("docker_container.a replace") && changes.contains("docker_container.b replace"))
            try await workspace.succeed(.destroy)
        }
    }
}
