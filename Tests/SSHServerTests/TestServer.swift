import Foundation
import TestSupport

/// A host that serves SSH in a process of its own, and OpenSSH's clients set up to reach it.
struct TestServer: Sendable {
    let port: Int
    let directory: String
    let process: Int32

    /// - Parameter options: of `SSHTestHost`.
    static func with<T: Sendable>(_ options: [String] = [], _ body: @Sendable (TestServer) async throws -> T) async throws -> T {
        try await Fixture.with { fixture in
            let host = Process()
            host.executableURL = URL(fileURLWithPath: Package.products + "/SSHTestHost")
            host.arguments = [fixture.directory] + options
            host.environment = ProcessInfo.processInfo.environment
            let (input, output) = (Pipe(), Pipe())
            host.standardInput = input
            host.standardOutput = output
            try host.run()
            let line = try await offPool { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }
            let running = Running(host)
            await fixture.atEnd {
                // It ends with its input.
                try? input.fileHandleForWriting.close()
                await running.waitUntilExit()
            }
            let words = line.split(separator: " ")
            guard words.count >= 3, let port = Int(words[0]) else { throw TestFailure("SSHTestHost says \"\(line)\"") }
            let server = TestServer(port: port, directory: fixture.directory, process: host.processIdentifier)
            try server.configure(hostKey: words[1...].joined(separator: " "))
            return try await body(server)
        }
    }

    private func configure(hostKey: String) throws {
        try "[127.0.0.1]:\(port) \(hostKey)".write(toFile: directory + "/known_hosts", atomically: true, encoding: .utf8)
        try """
        Host berth
          HostName 127.0.0.1
          Port \(port)
          User tester
          StrictHostKeyChecking yes
          UserKnownHostsFile \(directory)/known_hosts
          IdentitiesOnly yes
          BatchMode yes
          LogLevel ERROR
        """.write(toFile: directory + "/config", atomically: true, encoding: .utf8)
    }

    /// How OpenSSH's client is called.
    var ssh: String { "timeout 120 ssh -F \(directory)/config" }

    /// Runs a script of bash in the server's directory, in which `$SSH` is how OpenSSH's client is called and `berth` is the server.
    func bash(_ script: String) async throws -> RunResult {
        try await run(
            "/bin/bash", ["-c", "set -uo pipefail\nexec 2>&1\n" + script],
            environment: ["SSH": ssh, "CONFIG": directory + "/config", "GIT_CONFIG_NOSYSTEM": "1"],
            directory: directory)
    }

    /// How many descriptors the server has open.
    var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? -1 }

    /// How much memory it has, in bytes.
    var residentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let row = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (row?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1) << 10
    }
}

/// Waits for a process, off the tests' threads.
private final class Running: @unchecked Sendable {
    // Safe: only waited for after it was started.
    private let process: Process
    init(_ process: Process) { self.process = process }

    func waitUntilExit() async {
        do { try await offPool { self.process.waitUntilExit() } } catch { print("cannot wait for SSHTestHost: \(error)") }
    }
}
