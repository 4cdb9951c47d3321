import CShims
import Glibc
import NIOCore

/// A process that runs for a client, in a session of its own, and our ends of what it reads and writes.
///
/// Its id is its own until ``reap()``, which is called only once the process has ended.
final class ChildProcess {
    let id: pid_t
    /// Its standard input.
    let input: Int32
    let output: Int32
    /// Nil if it has a terminal, on which everything is shown.
    let errorOutput: Int32?
    let terminal: PseudoTerminal?

    private init(id: pid_t, input: Int32, output: Int32, errorOutput: Int32?, terminal: PseudoTerminal?) {
        self.id = id
        self.input = input
        self.output = output
        self.errorOutput = errorOutput
        self.terminal = terminal
    }

    /// Starts it on pipes. The ends that are kept belong to the caller.
    static func start(_ command: SessionCommand) throws(SSHError) -> ChildProcess {
        var pipes: [(ours: Int32, its: Int32)] = []
        var isStarted = false
        defer {
            for pipe in pipes {
                close(pipe.its)
                if !isStarted { close(pipe.ours) }
            }
        }
        for index in 0..<3 {
            var ends: [Int32] = [-1, -1]
            let status = cshims_pipe(&ends)
            if status < 0 { throw failure("make a pipe", -status) }
            let pipe = index == 0 ? (ours: ends[1], its: ends[0]) : (ours: ends[0], its: ends[1])
            pipes.append(pipe)
            // Only our ends must not block.
            _ = fcntl(pipe.its, F_SETFL, 0)
            // Fewer turns between the process and us; who may not have so much keeps the usual 64 KiB.
            if index < 2 { _ = cshims_grow_pipe(pipe.ours, 256 << 10) }
        }
        let id = try spawn(command) { directory, arguments, environment in
            cshims_spawn_command(command.executable, arguments, environment, directory, pipes[0].its, pipes[1].its, pipes[2].its)
        }
        isStarted = true
        return ChildProcess(id: id, input: pipes[0].ours, output: pipes[1].ours, errorOutput: pipes[2].ours, terminal: nil)
    }

    /// Starts it on a terminal.
    static func start(_ command: SessionCommand, on terminal: PseudoTerminal) throws(SSHError) -> ChildProcess {
        // Input and output are closed apart from each other, and from the terminal itself.
        let (input, output) = (fcntl(terminal.descriptor, F_DUPFD_CLOEXEC, 3), fcntl(terminal.descriptor, F_DUPFD_CLOEXEC, 3))
        do throws(SSHError) {
            guard input >= 0, output >= 0 else { throw failure("copy a descriptor", errno) }
            let id = try spawn(command) { directory, arguments, environment in
                cshims_spawn_on_terminal(command.executable, arguments, environment, directory, terminal.path)
            }
            return ChildProcess(id: id, input: input, output: output, errorOutput: nil, terminal: terminal)
        } catch {
            for descriptor in [input, output] where descriptor >= 0 { close(descriptor) }
            throw error
        }
    }

    /// - Parameter start: is given directory, arguments and environment, and returns an id or `-errno`.
    private static func spawn(
        _ command: SessionCommand,
        _ start: (String?, [UnsafeMutablePointer<CChar>?], [UnsafeMutablePointer<CChar>?]) -> pid_t
    ) throws(SSHError) -> pid_t {
        let texts = command.arguments + command.environment.flatMap { [$0, $1] }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw SSHError(.byApplication, "an argument or a variable contains a NUL character")
        }
        let directory = command.directory.map { access($0, X_OK) == 0 ? $0 : "/" }
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        let id = withCStrings(command.arguments) { arguments in
            withCStrings(variables) { environment in start(directory, arguments, environment) }
        }
        guard id > 0 else { throw failure("start \(command.executable)", -id) }
        return id
    }

    private static func failure(_ action: String, _ code: Int32) -> SSHError {
        SSHError(.byApplication, "cannot \(action): \(String(cString: strerror(code)))")
    }

    /// Sends a signal to everything in its process group.
    func signal(_ number: Int32) { kill(-id, number) }

    /// How it ended; to be called once it has.
    func reap() -> ExitStatus {
        var status: Int32 = 0
        var reaped: pid_t
        repeat { reaped = waitpid(id, &status, 0) } while reaped < 0 && errno == EINTR
        // Somebody else in this process has taken its status.
        guard reaped == id else { return .exited(255) }
        return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f, dumpedCore: status & 0x80 != 0)
    }
}

/// How a process ended.
enum ExitStatus: Hashable {
    case exited(Int32)
    case signalled(Int32, dumpedCore: Bool)
}

/// Calls with the strings as C has a list of strings.
private func withCStrings<T>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
