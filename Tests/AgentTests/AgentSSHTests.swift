import AgentProtocol
import Dialing
import Foundation
import NIOCore
import TestSupport
import Testing
import Tunnel
import TunnelTestSupport

@Suite("sessions in a workspace, with OpenSSH's client") struct AgentSSHTests {
    /// Runs ssh against a port of ours that leads to the agent's SSH server.
    private func ssh(_ agent: TestAgent, _ command: [String]) async throws -> RunResult {
        let connection = try await agent.server.connection()
        return try await LocalForward.with(connection, .ssh) { port in
            try await run(
                "/usr/bin/ssh",
                [
                    "-F", "none", "-p", "\(port)", "-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR", "-o",
                    "UserKnownHostsFile=\(agent.directory)/known_hosts", "dev@127.0.0.1",
                ] + command)
        }
    }

    @Test("a command runs with the workspace's environment, in its directory, and its status comes back")
    func command() async throws {
        var manifest = TestTunnelServer.manifest
        manifest.sshHostKeySeed = "0123456789abcdef0123456789abcdef"
        manifest.environment = [
            AgentVariable(name: "EDITOR", value: "vi"), AgentVariable(name: "PATH", value: "/first", strategy: .prepend),
            AgentVariable(name: "GREETING", value: "hello $EDITOR"),
        ]
        try await TestAgent.with(manifest, environment: ["BERTH_AGENT_CA": ""]) { agent in
            try await eventually { agent.server.lifecycle.last == .ready ? true : nil }
            let result = try await ssh(
                agent, ["echo $CODER/$CODER_WORKSPACE_NAME/$GREETING/$BERTH_AGENT_TOKEN; pwd; echo $PATH; command -v coder; exit 7"])
            #expect(result.status == 7)
            let lines = result.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 4, "\(result.output)")
            #expect(lines[0] == "true/dev/hello vi/")
            #expect(lines[1] == agent.directory)
            #expect(lines[2].contains("/first:/usr/bin:/bin"))
            #expect(lines[3].hasSuffix("/coder-script-data/bin/coder"))
        }
    }
}

/// A port on loopback that leads through a tunnel.
enum LocalForward {
    static func with<Result>(
        _ connection: TunnelConnection, _ target: TunnelTarget, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let listener = try await TestForwarder.listen(connection, target)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(listener.localAddress?.port ?? 0)) } catch { result = .failure(error) }
        try await listener.close()
        return try result.get()
    }
}
