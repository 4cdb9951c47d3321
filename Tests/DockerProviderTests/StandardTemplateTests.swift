import DockerEngine
import DockerTestSupport
import Foundation
import JSON
import Providers
import Testing

@testable import DockerProvider

/// Coder's own templates and modules, read in place.
private enum CoderCorpus {
    static let path = URL(filePath: #filePath).appending(path: "../../../../shared/data/coder").standardized.path
    static let isThere = FileManager.default.fileExists(atPath: path)
}

@Suite(
    "the standard Docker template, unmodified", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)),
    .enabled(if: CoderCorpus.isThere, "Coder's templates are not beside the repository"))
struct StandardTemplateTests {
    private static func environment(_ transition: BuildEnvironment.Transition, tokens: [String: String] = [:]) -> [String: String] {
        var build = BuildEnvironment(
            accessURL: "http://localhost:3000", workspace: .init(id: "w-1", name: "Dev", transition: transition),
            owner: .init(id: "o-1", name: "me", fullName: "Me Myself", email: "me@example.org"),
            template: .init(id: "t-1", name: "docker", version: "1"))
        let script = "echo agent at ${ACCESS_URL} http://127.0.0.1/x; sleep 1000"
        for arch in ["amd64", "arm64"] { build.agentScripts[.init(os: "linux", arch: arch)] = script }
        build.runningAgentTokens = tokens
        return build.variables(for: .apply)
    }

    /// The modules it calls, as a mirror has them.
    private static func mirror(in directory: String) throws -> String {
        let mirror = "\(directory)/.mirror"
        for name in ["code-server", "jetbrains"] {
            let place = "\(mirror)/registry.coder.com/coder/\(name)/coder"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: "\(CoderCorpus.path)/modules/registry/coder/modules/\(name)", toPath: "\(place)/1.99.0")
        }
        return mirror
    }

    @Test("it goes start, stop, start and delete, with the volume kept until then")
    func life() async throws {
        let template = try await DockerTemplate()
        let client = template.client
        let image = try #require(ImageReference("codercom/example-base:ubuntu"))
        try await client.tag(TestEngine.image, as: image)
        try FileManager.default.copyItem(atPath: "\(CoderCorpus.path)/templates/docker/main.tf", toPath: "\(template.directory)/main.tf")
        template.mirror = try Self.mirror(in: template.directory)
        template.variables = Self.environment(.start)
        try await template.apply()
        let container = try await client.container("coder-me-dev")
        #expect(container.at("Config|Hostname") == "Dev" && container.at("State|Running") == true)
        #expect(container.at("Config|Entrypoint|0") == "sh" && container.at("Config|Entrypoint|1") == "-c")
        #expect(container.at("Config|Entrypoint|2")?.stringValue?.contains("http://host.docker.internal/x") == true)
        #expect(container.at("Config|Env|0")?.stringValue?.hasPrefix("CODER_AGENT_TOKEN=") == true)
        #expect(container.at("HostConfig|ExtraHosts") == ["host.docker.internal:host-gateway"])
        #expect(container.at("Mounts|0|Name") == "coder-w-1-home" && container.at("Mounts|0|Destination") == "/home/coder")
        for (label, value) in [
            ("coder.owner", "me"), ("coder.owner_id", "o-1"), ("coder.workspace_id", "w-1"), ("coder.workspace_name", "Dev"),
        ] { #expect(container.at("Config|Labels|\(label)")?.stringValue == value) }
        // An agent gets another token with each build, unless the server says the one that it has.
        let agent = try template.attributes("coder_agent.main")
        let tokens = [try #require(agent["id"]?.stringValue): try #require(agent["token"]?.stringValue)]
        template.variables = Self.environment(.start, tokens: tokens)
        #expect(try await template.changes() == [])
        template.variables = Self.environment(.stop)
        try await template.apply()
        await #expect(throws: DockerError.self) { _ = try await client.container("coder-me-dev") }
        #expect(try await client.volume("coder-w-1-home").at("Labels|coder.workspace_name_at_creation") == "Dev")
        template.variables = Self.environment(.start)
        try await template.apply()
        #expect(try await client.container("coder-me-dev").at("State|Running") == true)
        try await template.destroy()
        let labels = ["label": ["berth.workspace=w1", "coder.workspace_id=w-1"]]
        #expect(try await client.containers(filters: labels).isEmpty)
        #expect(try await client.volumes(filters: labels).isEmpty)
        try await client.removeImage("codercom/example-base:ubuntu")
    }
}
