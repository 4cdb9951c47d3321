import CShims
import Glibc
import PluginLoading
import PluginSupervision

/// A process that runs a plugin: started with a mark, watched, and cleaned up after.
struct ChildProcess: Sendable {
    var executable: String
    var arguments: [String]
    /// Becomes TMPDIR.
    var temporary: String
    var timeLimitSeconds: Double
    /// What it and its children are found by; nil: a new one.
    var mark: WorkerID?

    /// How it ended, and what it wrote.
    struct Ending: Sendable {
        enum Reason: Sendable, Equatable {
            case exited(Int32)
            case signalled(Int32)
            case timedOut
        }

        var reason: Reason
        /// What came on descriptor 3.
        var result: [UInt8]
        /// The end of standard output and error.
        var output: [UInt8]
        var durationSeconds: Double
    }

    /// More on the result descriptor is dropped.
    private static let resultMax = 4 << 20
    /// Of the output the last bytes are kept.
    private static let outputMax = 16 << 10
    static let resultDescriptor: Int32 = 3

    /// Runs the process to its end, on this thread, and kills whatever it leaves.
    ///
    /// - Throws: ``PluginError`` with code `system` if it cannot be started.
    func run(isCancelled: () -> Bool = { false }) throws(PluginError) -> Ending {
        let id = mark ?? .new()
        var results: [Int32] = [-1, -1]
        var outputs: [Int32] = [-1, -1]
        let failure = cshims_pipe(&results)
        guard failure == 0 else { throw .system("cannot make a pipe", -failure) }
        defer { close(results[0]) }
        let second = cshims_pipe(&outputs)
        guard second == 0 else {
            close(results[1])
            throw .system("cannot make a pipe", -second)
        }
        defer { close(outputs[0]) }
        let start = cshims_monotonic_ns()
        let texts = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = Self.environment(mark: id, temporary: temporary).map { strdup($0) } + [nil]
        defer { for text in texts + variables { free(text) } }
        let process = cshims_spawn(executable, texts, variables, [outputs[1], outputs[1], results[1]], [1, 2, Self.resultDescriptor], 3)
        close(results[1])
        close(outputs[1])
        guard process > 0 else { throw .system("cannot start \(executable)", -process) }
        let descriptor = cshims_pidfd_open(process)
        defer { if descriptor >= 0 { close(descriptor) } }

        var result: [UInt8] = []
        var output: [UInt8] = []
        let deadline = start + UInt64(timeLimitSeconds * 1e9)
        var timedOut = false
        while true {
            let now = cshims_monotonic_ns()
            if now >= deadline || isCancelled() {
                timedOut = true
                break
            }
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: results[0], events: Int16(POLLIN), revents: 0),
                pollfd(fd: outputs[0], events: Int16(POLLIN), revents: 0),
            ]
            // A pipe whose writers are gone is ready for ever; the process's own end is what is waited for then.
            poll(&polled, 3, Int32(min(100, (deadline - now) / 1_000_000 + 1)))
            Self.drain(results[0], into: &result, keepingLast: nil)
            Self.drain(outputs[0], into: &output, keepingLast: Self.outputMax)
            if polled[0].revents != 0 { break }
            if polled[1].revents & Int16(POLLHUP) != 0 { usleep(500) }
        }
        // The process is not reaped yet, so its number and group cannot have become another's.
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        Leftovers.end(of: id)
        Self.drain(results[0], into: &result, keepingLast: nil)
        Self.drain(outputs[0], into: &output, keepingLast: Self.outputMax)
        let seconds = Double(cshims_monotonic_ns() - start) / 1e9
        let signal = status & 0x7F
        let reason: Ending.Reason = timedOut ? .timedOut : signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
        return Ending(reason: reason, result: result, output: output, durationSeconds: seconds)
    }

    private static func drain(_ descriptor: Int32, into bytes: inout [UInt8], keepingLast limit: Int?) {
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        // What a plugin writes without end is read without end elsewhere; here a few rounds at a time.
        for _ in 0..<64 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            if let limit {
                bytes.append(contentsOf: chunk[..<count])
                if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
            } else if bytes.count < resultMax {
                bytes.append(contentsOf: chunk[..<count])
            }
        }
    }

    private static func environment(mark: WorkerID, temporary: String) -> [String] {
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            let name = variable.prefix { $0 != "=" }
            let isReplaced = name == "TMPDIR" || name == "SWIFT_BACKTRACE"
            if !isReplaced, !name.hasPrefix("BERTH_"), !name.hasPrefix("CODER_") { variables.append(variable) }
            entry += 1
        }
        // A crash is an expected result here; a backtrace of this program would take longer than the test.
        return variables + ["BERTH_WORKER_ID=\(mark.rawValue)", "TMPDIR=\(temporary)", "SWIFT_BACKTRACE=enable=no"]
    }
}
