import AgentMachine
import AgentProtocol
import Glibc
import Processes

/// Measures what a template wants to be shown, each in its own rhythm.
struct MetadataCollector: Sendable {
    /// What a value may have at most.
    static let valueSizeMax = 10 << 10

    let environment: SessionEnvironment
    let manifest: AgentManifest
    let reporter: Reporter

    /// Runs until the task is cancelled.
    func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for description in manifest.metadata { group.addTask { try await serve(description) } }
            try await group.waitForAll()
        }
    }

    /// One run at a time of each: a slow one is late, and holds up no other.
    private func serve(_ description: AgentMetadataDescription) async throws {
        let clock = ContinuousClock()
        var next = clock.now
        while true {
            reporter.add(await measure(description))
            guard description.intervalSeconds > 0 else { return }
            next = max(next + .seconds(description.intervalSeconds), clock.now)
            try await clock.sleep(until: next)
        }
    }

    func measure(_ description: AgentMetadataDescription) async -> AgentMetadataResult {
        let seconds =
            description.timeoutSeconds > 0 ? description.timeoutSeconds : description.intervalSeconds > 0 ? description.intervalSeconds : 3
        func result(_ value: String, _ error: String) -> AgentMetadataResult {
            AgentMetadataResult(key: description.key, value: value, error: error, collectedAt: Clock.milliseconds)
        }
        do {
            let source = try ScriptCommand(description.script, shell: environment.user.shell, directory: environment.dataDirectory)
            defer { source.remove() }
            var command = ProcessCommand(
                source.arguments, environment: environment.variables(manifest), directory: environment.directory(manifest))
            command.timeout = .seconds(seconds)
            command.grace = .seconds(1)
            command.outputGrace = .seconds(1)
            command.outputSizeMax = Self.valueSizeMax
            command.mergesErrorOutput = true
            let run = try await command.run()
            var value = String(decoding: run.output, as: UTF8.self)
            while value.last?.isNewline ?? false { value.removeLast() }
            switch run.status {
            case .exited(0): return result(value, run.isTruncated ? "it printed more than \(Self.valueSizeMax) bytes" : "")
            case .exited(let status): return result(value, "exit status \(status)")
            case .signalled(let signal): return result(value, "ended by signal \(signal)")
            }
        } catch let error as ProcessError where error.code == ETIMEDOUT {
            return result("", "it took longer than \(seconds) s")
        } catch {
            return result("", "\(error)")
        }
    }
}
