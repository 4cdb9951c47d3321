import AgentProtocol
import Dialing
import Foundation
import TestSupport
import TunnelTestSupport

/// The real program against a test server.
final class TestAgent: Sendable {
    let server: TestTunnelServer
    let directory: String
    private let process: Process

    private init(_ server: TestTunnelServer, _ process: Process, _ directory: String) {
        (self.server, self.process, self.directory) = (server, process, directory)
    }

    var isRunning: Bool { process.isRunning }
    var id: pid_t { process.processIdentifier }

    /// Asks it to end, and gives its exit status.
    func stop() async throws -> Int32 {
        process.terminate()
        return try await eventually { self.process.isRunning ? nil : self.process.terminationStatus }
    }

    static func with<Result>(
        _ manifest: AgentManifest = TestTunnelServer.manifest, environment: [String: String] = [:], token: String = TestTunnelServer.token,
        arguments: [String] = [], _ body: (TestAgent) async throws -> Result
    ) async throws -> Result {
        let server = try await TestTunnelServer(manifest: manifest)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("berth-agent-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Package.products + "/berth-agent")
        process.arguments = arguments
        var variables = ["PATH": "/usr/bin:/bin", "HOME": directory, "TMPDIR": directory, "BERTH_AGENT_URL": server.address.description]
        variables["CODER_AGENT_TOKEN"] = token
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        let log = directory + "/log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let agent = TestAgent(server, process, directory)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(agent)) } catch {
            print(agent.log)
            result = .failure(error)
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try await server.close()
        try FileManager.default.removeItem(atPath: directory)
        return try result.get()
    }

    /// What it wrote to standard error.
    var log: String { (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? "" }  // none yet
}
