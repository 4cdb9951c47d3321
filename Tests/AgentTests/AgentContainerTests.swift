import AgentProtocol
import DockerEngine
import DockerTestSupport
import Dialing
import Foundation
import JSON
import NIOCore
import TestSupport
import Testing
import Tunnel
import TunnelTestSupport

@Suite("the static agent in containers", .enabled(if: TestEngine.isAvailable, "dockerd and busybox-static, or root, are missing"))
struct AgentContainerTests {
    #if arch(arm64)
        private static let arch = "arm64"
    #else
        private static let arch = "amd64"
    #endif
    private static let path = Package.root + "/.build/agent/linux-\(arch)/berth-agent"
    static let isBuilt = FileManager.default.isExecutableFile(atPath: path)

    private func container(
        _ image: String, _ command: [String], _ server: TestTunnelServer, user: String = "", _ body: () async throws -> Void
    ) async throws {
        let client = try await TestEngine.shared.client()
        let variables = ["CODER_AGENT_TOKEN=\(TestTunnelServer.token)", "CODER_AGENT_URL=\(server.address)", "BERTH_AGENT_LOG_DIR=/tmp"]
        let made = try await client.createContainer(
            [
                "Image": .string(image), "Cmd": .array(command.map { .string($0) }), "Env": .array(variables.map { .string($0) }),
                "User": .string(user), "HostConfig": ["NetworkMode": "host"],
            ], name: "agent-\(UUID().uuidString.prefix(8))")
        let id = try #require(made["Id"]?.stringValue)
        try await client.startContainer(id)
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch {
            result = .failure(error)
            print(try await client.container(id).serialized())
        }
        // As PID 1 it ends in order when it is asked to, and does not wait to be killed.
        try await client.stopContainer(id, graceSeconds: 20)
        let status = try await client.container(id)["State"]?["ExitCode"]?.intValue
        try await client.removeContainer(id)
        try result.get()
        #expect(status == 0)
    }

    @Test(
        "an image that holds nothing else: it connects, says that there is no shell, and serves ports",
        .enabled(if: AgentContainerTests.isBuilt, "scripts/build-agent has not run"))
    func scratch() async throws {
        var archive = TarArchive()
        archive.addDirectory("tmp")
        archive.addFile("agent", mode: 0o755, try #require(TestEngine.contents(Self.path)))
        let image = try #require(ImageReference("berth.test/scratch-agent:1"))
        try await TestEngine.shared.client().importImage(archive.finished(), as: image)
        var manifest = TestTunnelServer.manifest
        var script = AgentScript(id: "1", displayName: "start", logSourceID: "2", script: "echo hello")
        script.runOnStart = true
        manifest.scripts = [script]
        let server = try await TestTunnelServer(manifest: manifest)
        try await container("berth.test/scratch-agent:1", ["/agent"], server, user: "4242:4242") {
            try await eventually { server.lifecycle.last == .startError ? true : nil }
            #expect(server.logs.contains { $0.text.contains("could not be run") && $0.text.contains("No such file") })
            let answer = try await server.connection().request(TunnelRequest(path: AgentRoutes.listeningPorts))
            #expect(answer.status == 200)
        }
        #expect(server.lifecycle.last == .off || server.lifecycle.last == .shuttingDown)
        try await server.close()
    }

    @Test(
        "the bootstrap script fetches, checks and starts it in busybox, where it reaps orphans",
        .enabled(if: AgentContainerTests.isBuilt, "scripts/build-agent has not run"))
    func busybox() async throws {
        let bytes = try #require(TestEngine.contents(Self.path))
        var manifest = TestTunnelServer.manifest
        var script = AgentScript(
            id: "1", displayName: "start", logSourceID: "2",
            script:
                "coder stat mem --host; (sleep 0.2; true) & sleep 1; for p in /proc/[0-9]*/stat; do case $(cat $p) in *') Z '*) echo zombie;; esac; done; echo $HOME $SHELL; exit 0"
        )
        script.runOnStart = true
        manifest.scripts = [script]
        let server = try await TestTunnelServer(manifest: manifest)
        server.serve("/bin/berth-agent-linux-\(Self.arch)", bytes)
        let sum = try Data(contentsOf: URL(fileURLWithPath: Self.path + ".sha256"))
        server.serve("/bin/berth-agent-linux-\(Self.arch).sha256", Array(sum))
        let text = AgentBootstrap.script(arch: Self.arch, accessURL: server.address.description + "/")
        try await container(TestEngine.image, ["sh", "-c", text], server) {
            try await eventually { server.lifecycle.last == .ready ? true : nil }
            let lines = server.logs.map(\.text)
            #expect(lines.first?.contains("GiB") == true, "\(lines)")
            #expect(lines.last == "/root /bin/sh")
            #expect(!lines.contains("zombie"))
        }
        try await server.close()
    }
}
