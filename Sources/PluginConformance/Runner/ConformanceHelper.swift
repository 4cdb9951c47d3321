import Glibc
import JSON
import PluginLoading

/// Further processes of one test: for what a plugin must survive the death of.
package struct ConformanceHelper: Sendable {
    private let arguments: ChildArguments

    init(arguments: ChildArguments) {
        self.arguments = arguments
    }

    /// Runs a part of the test in a process of its own.
    ///
    /// - Parameters:
    ///   - phase: what the process is told; see ``RecoveryPhase``.
    ///   - seconds: when it is killed.
    func run(phase: String, seconds: Double) throws -> ChildProcess.Ending {
        guard let executable = ExecutablePath.current else {
            throw ConformanceStop.failed("the kernel does not say where this program lies")
        }
        var arguments = arguments
        arguments.phase = phase
        // The same mark as this process: whoever cleans up after it finds these, too.
        let mark = getenv("BERTH_WORKER_ID").map { WorkerID(rawValue: String(cString: $0)) }
        let process = ChildProcess(
            executable: executable, arguments: arguments.line, temporary: arguments.temporary, timeLimitSeconds: seconds, mark: mark)
        return try process.run()
    }
}
