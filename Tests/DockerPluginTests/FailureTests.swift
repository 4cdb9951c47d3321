import DockerEngine
import DockerTestSupport
import JSON
import PluginLoading
import ResourceGraph
import TestSupport
import Testing

@Suite("when a build goes wrong", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct FailureTests {
    /// A volume, and after it a container.
    private static func template(_ container: String) -> String {
        """
        resource "docker_volume" "home" {
          name = "${data.coder_workspace.me.id}-home"
        }
        resource "docker_container" "main" {
          name  = data.coder_workspace.me.id
          image = "\(TestEngine.image)"
          volumes {
            volume_name    = docker_volume.home.name
            container_path = "/home"
          }
        \(container)
        }
        """
    }

    @Test("a failed apply says where and why, reports what exists, and keeps it on record")
    func partial() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template("  command = [\"sh\", \"-c\", \"echo no luck; exit 3\"]"))
            let report = try await workspace.run(.apply)
            #expect(report.outcome == .failed)
            let error = try #require(report.diagnostics.first { $0.severity == .error })
            #expect(error.resource == "docker_container.main" && error.sourcePath == "main.tf" && error.line > 0)
            #expect(error.detail.contains("no luck"))
            #expect(report.graph.nodes.filter { $0.kind == .managed }.map(\.address) == ["docker_volume.home"])
            #expect(try await workspace.remains() == ["\(workspace.id)-home"])
            try await workspace.succeed(.destroy)
            #expect(try await workspace.remains() == [])
        }
    }

    @Test("a name that somebody else's container has is an error, and that container stays")
    func foreign() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, Self.template("  command = [\"sleep\", \"1000\"]"))
            let foreign = try await workspace.client.createContainer(["Image": .string(TestEngine.image)], name: workspace.id)
            let id = try #require(foreign["Id"]?.stringValue)
            let report = try await workspace.run(.apply)
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.first { $0.severity == .error }?.detail.contains("already in use") == true)
            try await workspace.succeed(.destroy)
            #expect(try await workspace.client.container(workspace.id)["Id"]?.stringValue == id)
            try await workspace.client.removeContainer(id)
        }
    }

    @Test("a cancelled apply ends what runs, and reports and records what exists")
    func cancelled() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(
                fixture,
                """
                resource "docker_volume" "home" {
                  name = "${data.coder_workspace.me.id}-home"
                }
                resource "terraform_data" "slow" {
                  input = docker_volume.home.name
                  provisioner "local-exec" {
                    command = "sleep 1000"
                  }
                }
                """)
            let observer = RecordingObserver()
            let job = Task { try await workspace.run(.apply, observer: observer) }
            try await eventually("the command runs") { observer.seen.records.contains { $0.message.contains("provisioning") } }
            job.cancel()
            let report = try await job.value
            #expect(report.outcome == .cancelled)
            #expect(report.graph.node(at: "docker_volume.home")?.remoteID == "\(workspace.id)-home")
            try await workspace.succeed(.destroy)
            #expect(try await workspace.remains() == [])
        }
    }

    @Test("without an engine the diagnostic says which was asked, and how")
    func noEngine() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(
                fixture, Self.template(""), host: "unix://\(fixture.directory)/docker.sock")
            let report = try await workspace.run(.apply)
            #expect(report.outcome == .failed)
            let error = try #require(report.diagnostics.first { $0.severity == .error })
            #expect(error.detail.contains("\(fixture.directory)/docker.sock"))
            #expect(error.resource != nil)
            // Nothing may have been made, so there is nothing to undo.
            #expect(report.graph.nodes.filter { $0.kind == .managed }.isEmpty)
        }
    }

    @Test("what the template asks wrongly is told with its place, and nothing is touched")
    func invalid() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, "resource \"docker_volume\" \"home\" {\n  nmae = \"a\"\n}\n")
            let report = try await workspace.run(.plan)
            #expect(report.outcome == .failed)
            let error = try #require(report.diagnostics.first { $0.severity == .error })
            #expect(error.sourcePath == "main.tf" && error.line == 9 && error.column == 3)
            #expect(error.resource == "docker_volume.home" && error.attribute == "/nmae")
        }
    }

    @Test("a template for another engine is refused, with what is missing")
    func notNative() async throws {
        try await Fixture.with { fixture in
            let workspace = try await DockerWorkspace(fixture, "resource \"aws_instance\" \"a\" {}\n")
            let report = try await workspace.run(.plan)
            #expect(report.diagnostics.map(\.code) == ["template.not-native"])
            #expect(report.diagnostics.first?.detail.contains("aws") == true)
        }
    }
}
