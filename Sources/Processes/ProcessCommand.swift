import CShims
import Glibc
import Threads

/// A program to be run to its end, as somebody at a shell would run it.
///
/// It gets a session, and so a process group, of its own, and of our descriptors only standard input, output and error.
package struct ProcessCommand: Sendable {
    /// The program, looked for in `PATH` of ``environment`` if its name has no slash, and what it is given.
    package var arguments: [String]
    /// All variables of the process.
    package var environment: [String: String]
    /// Where it starts; where we are if nil.
    package var directory: String?
    /// What it reads from standard input.
    package var input: [UInt8] = []
    /// What is its standard input and output, in place of ``input`` and of telling its output: the end of a socket. Closed once it
    /// is the process's.
    package var connection: OwnedDescriptor?
    /// Nil if it may take for ever.
    package var timeout: Duration?
    /// How long the process group may take to end by itself after SIGTERM, before SIGKILL ends it.
    package var grace: Duration = .seconds(5)
    /// How long its output is waited for once the process has ended, which what it left running may hold open; for ever if nil.
    ///
    /// After that what still comes is read, and told line by line, on a thread of its own.
    package var outputGrace: Duration?
    /// How much output is kept, of each kind; the rest is read and dropped.
    package var outputSizeMax = 16 << 20
    /// How much of the end of the output is kept when it is told line by line.
    package var tailSizeMax = 0
    /// Whether error output goes to where output goes, so that both stay in the order in which they were written.
    package var mergesErrorOutput = false

    package init(_ arguments: [String], environment: [String: String], directory: String? = nil) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// Runs it, off Swift's pool, until it has ended and everything it started has closed its output.
    ///
    /// Cancelling the task, and the timeout, end the whole process group.
    /// - Parameter onLine: is told every line of output, in place of keeping more than its tail, on a thread of the process; it
    ///   must not take long.
    /// - Throws: `CancellationError`; ``ProcessError`` if it could not be started, or took too long (`ETIMEDOUT`).
    package func run(onLine: (@Sendable (ProcessStream, String) -> Void)? = nil) async throws -> ProcessResult {
        try Task.checkCancellation()
        let stop = try StopEvent()
        return try await withTaskCancellationHandler {
            try await OwnThread.run("berth-process", stackSizeBytes: 512 << 10) {
                var run = try ProcessRun(self, stop, onLine)
                return try run.run()
            }
        } onCancel: {
            stop.signal()
        }
    }

    /// The file of the program.
    func executable() throws(ProcessError) -> String {
        guard let program = arguments.first, !program.isEmpty else { throw ProcessError(action: "no program is named", code: EINVAL) }
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        for part in (environment["PATH"] ?? "").split(separator: ":", omittingEmptySubsequences: false) {
            var path = part.isEmpty ? "./\(program)" : "\(part)/\(program)"
            if path.utf8.first != UInt8(ascii: "/"), let directory { path = "\(directory)/\(path)" }
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 { return path }
        }
        throw ProcessError(action: "cannot find \"\(program)\" in the directories of PATH", code: ENOENT)
    }
}

/// Where a process writes to.
package enum ProcessStream: Sendable, Hashable {
    case output
    case errorOutput
}

/// How a process ended, and what it had to say.
package struct ProcessResult: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    package var status: Status
    package var output: [UInt8]
    package var errorOutput: [UInt8]
    /// Whether more was written than was kept.
    package var isTruncated: Bool
    /// Whether something it left running can still write.
    package var isOutputOpen = false

    package var isSuccess: Bool { status == .exited(0) }
}

/// Tells the thread of a process, once, that the process is to be ended.
final class StopEvent: Sendable {
    let descriptor: Int32

    init() throws(ProcessError) {
        descriptor = cshims_eventfd()
        if descriptor < 0 { throw ProcessError(action: "cannot make an event", code: -descriptor) }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        // Fails only if it has been signalled already.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
