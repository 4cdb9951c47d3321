import DockerEngine
import DockerTestSupport
import Foundation
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

@Suite(
    "the standard Docker template, unmodified, through the plugin in its worker",
    .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)),
    .enabled(if: CoderCorpus.isThere, "Coder's templates are not beside the repository"))
struct StandardTemplateTests {
    private func workspace(_ fixture: Fixture) async throws -> DockerWorkspace {
        let mirror = try CoderCorpus.mirror(in: fixture.makeDirectory("mirror"))
        let workspace = try await DockerWorkspace(
            fixture, directory: CoderCorpus.path + "/templates/docker",
            configuration: ["module_mirror": .string(mirror), "module_network": false])
        let image = try #require(ImageReference("codercom/example-base:ubuntu"))
        try await workspace.client.tag(TestEngine.image, as: image)
        return workspace
    }

    @Test("it goes start, start, stop, start and delete, with the volume kept until then and nothing left")
    func life() async throws {
        try await Fixture.with { fixture in
            let workspace = try await workspace(fixture)
            let client = workspace.client
            let started = try await workspace.succeed(.apply)
            #expect(started.graph.agents.map(\.name) == ["main"] && started.graph.apps.map(\.slug) == ["code-server"])
            #expect(started.diagnostics.isEmpty)
            let container = try await client.container("coder-me-dev")
            let id = container["Id"]?.stringValue
            #expect(started.graph.node(at: "docker_container.workspace[0]")?.remoteID == id)
            #expect(container.at("Config|Hostname") == "Dev" && container.at("State|Running") == true)
            #expect(container.at("Config|Entrypoint|0") == "sh" && container.at("Config|Entrypoint|1") == "-c")
            #expect(container.at("Config|Entrypoint|2")?.stringValue?.contains("http://host.docker.internal/x") == true)
            let token = try #require(started.graph.node(at: "coder_agent.main")?.attributes["token"]?.stringValue)
            #expect(container.at("Config|Env")?.arrayValue?.contains(.string("CODER_AGENT_TOKEN=\(token)")) == true)
            #expect(container.at("HostConfig|ExtraHosts") == ["host.docker.internal:host-gateway"])
            let volume = "coder-\(workspace.id)-home"
            #expect(container.at("Mounts|0|Name") == .string(volume) && container.at("Mounts|0|Destination") == "/home/coder")
            for (label, value) in [
                ("coder.owner", "me"), ("coder.owner_id", "o-1"), ("coder.workspace_id", workspace.id), ("coder.workspace_name", "Dev"),
                ("berth.workspace", workspace.id), ("berth.deployment", workspace.deployment),
            ] { #expect(container.at("Config|Labels|\(label)")?.stringValue == value) }

            #expect(try await workspace.changes() == [])
            try await workspace.succeed(.apply)
            #expect(try await client.container("coder-me-dev")["Id"]?.stringValue == id)

            let stopped = try await workspace.succeed(.apply, "stop")
            #expect(stopped.diagnostics.isEmpty)
            await #expect(throws: DockerError.self) { _ = try await client.container("coder-me-dev") }
            #expect(try await client.volume(volume).at("Labels|coder.workspace_name_at_creation") == "Dev")

            try await workspace.succeed(.apply)
            #expect(try await client.container("coder-me-dev").at("State|Running") == true)
            let deleted = try await workspace.succeed(.apply, "delete")
            #expect(deleted.graph.nodes.isEmpty)
            #expect(try await workspace.remains() == [])
            #expect(try workspace.store.checkpoint()?.state == [])
        }
    }

    @Test("parse publishes its parameters and those of its modules, and touches no engine")
    func parse() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(
                fixture, directory: CoderCorpus.path + "/templates/docker",
                configuration: ["module_mirror": .string(try CoderCorpus.mirror(in: fixture.makeDirectory("mirror")))],
                host: "unix:///nowhere/docker.sock")
            let document = try #require(try await workspace.succeed(.parse).documents["parameters"])
            #expect(document["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["jetbrains_ides"])
            #expect(document["variables"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["docker_socket"])
        }
    }

    @Test("a workspace that is destroyed without its template leaves nothing")
    func destroy() async throws {
        try await Fixture.with { fixture in
            let workspace = try await workspace(fixture)
            try await workspace.succeed(.apply)
            #expect(try await workspace.remains().count == 2)
            let report = try await workspace.succeed(.destroy)
            #expect(report.graph.nodes.isEmpty)
            #expect(try await workspace.remains() == [])
        }
    }

    @Test("read tells what somebody did to a container, and the next start puts it right")
    func drift() async throws {
        try await Fixture.with { fixture in
            let workspace = try await workspace(fixture)
            try await workspace.succeed(.apply)
            #expect(try await workspace.succeed(.read).diagnostics.isEmpty)
            try await workspace.client.stopContainer("coder-me-dev", graceSeconds: 0)
            let stopped = try await workspace.succeed(.read)
            #expect(stopped.diagnostics.map(\.code) == ["drift.changed"])
            #expect(stopped.diagnostics.first?.summary.contains("must_run") == true)
            try await workspace.client.removeContainer("coder-me-dev")
            let report = try await workspace.succeed(.read)
            #expect(report.diagnostics.map(\.code) == ["drift.gone"])
            #expect(report.diagnostics.first?.resource == "docker_container.workspace[0]")
            #expect(report.graph.node(at: "docker_container.workspace[0]") == nil)
            try await workspace.succeed(.apply)
            #expect(try await workspace.client.container("coder-me-dev").at("State|Running") == true)
            try await workspace.succeed(.destroy)
        }
    }
}
