import AgentProtocol
import Testing
import TestSupport
import Tunnel
import TunnelTestSupport

@Suite("berth-agent as a process") struct AgentProcessTests {
    @Test("an agent connects, runs its start script and is ready")
    func ready() async throws {
        var manifest = TestTunnelServer.manifest
        var script = AgentScript(id: "1", displayName: "hello", logSourceID: "2", script: "echo out; echo wrong >&2; echo $CODER_WORKSPACE_NAME")
        script.runOnStart = true
        manifest.scripts = [script]
        try await TestAgent.with(manifest) { agent in
            try await eventually { agent.server.lifecycle.last == .ready ? true : nil }
            #expect(agent.server.lifecycle == [.starting, .ready])
            #expect(agent.server.logs.filter { $0.level == .info }.map(\.text) == ["out", "dev"])
            #expect(agent.server.logs.filter { $0.level == .error }.map(\.text) == ["wrong"])
            #expect(agent.server.reports.flatMap(\.scripts).map(\.status) == [.ok])
            #expect(try await agent.server.connection().isActive)
        }
    }
}
