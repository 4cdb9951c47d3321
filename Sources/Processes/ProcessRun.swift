import CShims
import Glibc

/// One process from its start to its end, seen from the thread that waits for it.
struct ProcessRun {
    private let command: ProcessCommand
    private let stop: StopEvent
    private var pipes: [OutputPipe] = []

    /// What is being done about the process.
    private enum Phase: Equatable {
        case running
        /// SIGTERM was sent; SIGKILL follows at the time, in nanoseconds.
        case ending(killAt: UInt64)
        case killed
    }

    private var phase = Phase.running
    /// Why the process was ended, if by us.
    private var reason: (any Error)?

    init(_ command: ProcessCommand, _ stop: StopEvent, _ onLine: (@Sendable (ProcessStream, String) -> Void)?) throws(ProcessError) {
        self.command = command
        self.stop = stop
        let streams: [ProcessStream] = command.mergesErrorOutput ? [.output] : [.output, .errorOutput]
        for stream in streams {
            pipes.append(try OutputPipe(command, onLine.map { report in { line in report(stream, line) } }))
        }
    }

    mutating func run() throws -> ProcessResult {
        let process = try start()
        for pipe in pipes { pipe.closeWriting() }
        // The process is reaped last: until then its id, which is the group's too, is nobody else's.
        let watch = cshims_pidfd_open(process)
        defer { if watch >= 0 { close(watch) } }
        if watch < 0 { end(process, because: ProcessError(action: "cannot watch a process", code: -watch)) }
        watchUntilEnd(process, watch)
        if reason != nil { kill(-process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let isOutputOpen = reason == nil && pipes.contains { !$0.isClosed }
        let (output, errorOutput) = (pipes[0].kept, pipes.count > 1 ? pipes[1].kept : [])
        let isTruncated = pipes.contains { $0.isTruncated }
        if isOutputOpen { try OutputPipe.drain(pipes) } else { for pipe in pipes { pipe.finish() } }
        if let reason { throw reason }
        return ProcessResult(
            status: status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f), output: output,
            errorOutput: errorOutput, isTruncated: isTruncated, isOutputOpen: isOutputOpen)
    }

    private mutating func watchUntilEnd(_ process: pid_t, _ watch: Int32) {
        let started = cshims_monotonic_ns()
        let deadline = command.timeout.map { started &+ $0.nanoseconds }
        var hasEnded = watch < 0
        var outputDeadline: UInt64?
        while !(hasEnded && (phase == .killed || pipes.allSatisfy { $0.isClosed })) {
            let alarm: UInt64? =
                switch phase {
                case .running: outputDeadline ?? deadline
                case .ending(let killAt): killAt
                case .killed: nil
                }
            var polls = [
                pollfd(fd: phase == .running ? stop.descriptor : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasEnded ? -1 : watch, events: Int16(POLLIN), revents: 0),
            ]
            polls += pipes.map { pollfd(fd: $0.isClosed ? -1 : $0.reading, events: Int16(POLLIN), revents: 0) }
            let now = cshims_monotonic_ns()
            // Rounded up, so that it is over when poll says so.
            let wait = alarm.map { $0 <= now ? 0 : Int32(clamping: ($0 - now) / 1_000_000 + 1) } ?? -1
            guard poll(&polls, nfds_t(polls.count), wait) >= 0 || errno == EINTR else {
                end(process, because: ProcessError(action: "cannot wait for a process", code: errno))
                kill(-process, SIGKILL)
                return
            }
            if polls[1].revents != 0 {
                hasEnded = true
                outputDeadline = command.outputGrace.map { cshims_monotonic_ns() &+ $0.nanoseconds }
            }
            for (pipe, poll) in zip(pipes, polls.dropFirst(2)) where poll.revents != 0 { pipe.read() }
            if polls[0].revents != 0 {
                end(process, because: CancellationError())
            } else if let alarm, cshims_monotonic_ns() >= alarm {
                if phase == .running, hasEnded, outputDeadline != nil { return }
                advance(process)
            }
        }
    }

    /// What is to be done when the time of a phase is over.
    private mutating func advance(_ process: pid_t) {
        switch phase {
        case .running:
            let seconds = command.timeout.map { "\(Double($0.nanoseconds) / 1e9)" } ?? "0"
            end(process, because: ProcessError(action: "\"\(command.arguments[0])\" took longer than \(seconds) s", code: ETIMEDOUT))
        case .ending:
            kill(-process, SIGKILL)
            phase = .killed
        case .killed: break
        }
    }

    private mutating func end(_ process: pid_t, because reason: any Error) {
        self.reason = reason
        kill(-process, SIGTERM)
        phase = .ending(killAt: cshims_monotonic_ns() &+ command.grace.nanoseconds)
    }

    private func start() throws(ProcessError) -> pid_t {
        let executable = try command.executable()
        let action = "cannot start \"\(command.arguments[0])\""
        let texts = command.arguments + command.environment.map { $0 + $1 }
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw ProcessError(action: action + ", an argument or a variable contains a NUL character", code: EINVAL)
        }
        let file = try command.input.isEmpty || command.connection != nil ? -1 : inputFile()
        defer { if file >= 0 { close(file) } }
        // Kept open here, it would not end with the process.
        defer { command.connection?.close() }
        let input = command.connection?.descriptor ?? file
        let output = command.connection?.descriptor ?? pipes[0].writing
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        let process = withCStrings(command.arguments) { arguments in
            withCStrings(variables) { environment in
                cshims_spawn_command(
                    executable, arguments, environment, command.directory, input, output, pipes[pipes.count - 1].writing)
            }
        }
        if process < 0 { throw ProcessError(action: action, code: -process) }
        return process
    }

    /// A file without a name that holds the input: unlike a pipe it does not have to be fed.
    private func inputFile() throws(ProcessError) -> Int32 {
        let file = cshims_memfd("berth-input")
        if file < 0 { throw ProcessError(action: "cannot keep the input of a process", code: -file) }
        var written = 0
        while written < command.input.count {
            let count = command.input.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(file)
                throw ProcessError(action: "cannot keep the input of a process", code: code)
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }
}

/// Calls with the strings as C has a list of strings.
private func withCStrings<T>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}

extension Duration {
    /// At most what 64 bits hold; nothing if negative.
    fileprivate var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 4 : min(product + UInt64(clamping: attoseconds / 1_000_000_000), .max / 4)
    }
}
