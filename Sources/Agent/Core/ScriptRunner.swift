import AgentMachine
package import AgentProtocol
import CShims
import Glibc
import Processes
import Synchronization

/// Runs the scripts of a workspace: output to a file and to the server, with a time limit.
package struct ScriptRunner: Sendable {
    private let environment: SessionEnvironment
    private let manifest: AgentManifest
    private let logDirectory: String
    private let reporter: Reporter

    /// How long what a script left running is waited for.
    private static let outputGrace = Duration.seconds(10)

    package init(_ environment: SessionEnvironment, _ manifest: AgentManifest, logDirectory: String, _ reporter: Reporter) {
        (self.environment, self.manifest, self.logDirectory, self.reporter) = (environment, manifest, logDirectory, reporter)
    }

    /// Runs some of them side by side, to the end of the last.
    /// - Returns: the worst that happened.
    package func run(_ scripts: [AgentScript], _ stage: AgentScriptResult.Stage) async -> AgentScriptResult.Status {
        await withTaskGroup(of: AgentScriptResult.Status.self) { group in
            for script in scripts { group.addTask { await run(script, stage) } }
            var worst = AgentScriptResult.Status.ok
            for await status in group {
                if status == .failed || (status == .timedOut && worst == .ok) { worst = status }
            }
            return worst
        }
    }

    /// Runs one, and reports how it ended.
    @discardableResult
    package func run(_ script: AgentScript, _ stage: AgentScriptResult.Stage) async -> AgentScriptResult.Status {
        let began = Clock.milliseconds
        func say(_ level: AgentLogLine.Level, _ text: String) {
            reporter.add(AgentLogLine(sourceID: script.logSourceID, level: level, text: text, at: Clock.milliseconds))
        }
        let name = script.displayName.isEmpty ? "script" : script.displayName
        var (status, code) = (AgentScriptResult.Status.failed, 255)
        do {
            let result = try await process(script)
            switch result.status {
            case .exited(let exit): code = Int(exit)
            case .signalled(let signal): say(.error, "\(name) was ended by signal \(signal)")
            }
            status = code != 0 ? .failed : result.isOutputOpen ? .pipesLeftOpen : .ok
            if result.isOutputOpen {
                say(.warn, "\(name) has ended, but something it started still writes to its output: send that output elsewhere")
            }
            if code != 0, case .exited = result.status { say(.error, "\(name) failed with exit status \(code)") }
        } catch let error as ProcessError where error.code == ETIMEDOUT {
            status = .timedOut
            say(.error, "\(name) took longer than \(script.timeoutSeconds) s, and was ended")
        } catch is CancellationError {
            say(.warn, "\(name) was ended because the workspace stops")
        } catch {
            say(.error, "\(name) could not be run: \(error)")
        }
        reporter.add(
            AgentScriptResult(
                scriptID: script.id, stage: stage, status: status, exitCode: code, startedAt: began, endedAt: Clock.milliseconds))
        return status
    }

    private func process(_ script: AgentScript) async throws -> ProcessResult {
        let variables = environment.variables(manifest)
        let source = try ScriptCommand(script.script, shell: environment.user.shell, directory: environment.dataDirectory)
        defer { source.remove() }
        var command = ProcessCommand(source.arguments, environment: variables, directory: environment.directory(manifest))
        command.outputGrace = Self.outputGrace
        if script.timeoutSeconds > 0 { command.timeout = .seconds(script.timeoutSeconds) }
        let log = ScriptLog(path(of: script, variables))
        return try await command.run { [reporter] stream, line in
            log.write(line)
            reporter.add(
                AgentLogLine(
                    sourceID: script.logSourceID, level: stream == .output ? .info : .error, text: line, at: Clock.milliseconds))
        }
    }

    private func path(of script: AgentScript, _ variables: [String: String]) -> String {
        guard !script.logPath.isEmpty else {
            let name = script.logSourceID.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            return "\(logDirectory)/coder-script-\(name).log"
        }
        return environment.expandPath(script.logPath, variables)
    }
}

/// The file that a script's output is kept in. One that cannot be written is done without: the server has the lines too.
final class ScriptLog: Sendable {
    /// A script that never stops writing must not fill the disk.
    private static let sizeMax = 64 << 20

    private let descriptor: Int32
    private let size = Mutex(0)

    init(_ path: String) { descriptor = cshims_open_write(path, 0o600) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ line: String) {
        guard descriptor >= 0 else { return }
        size.withLock { size in
            guard size < Self.sizeMax else { return }
            let bytes = Array(line.utf8) + [0x0A]
            size += bytes.count
            _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }
}

/// The time of day.
enum Clock {
    /// Milliseconds since 1970.
    static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }
}
