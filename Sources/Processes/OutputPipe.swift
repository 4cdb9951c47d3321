import CShims
import Glibc
import Threads

/// What a process writes to: kept, or told line by line.
final class OutputPipe {
    let reading: Int32
    private(set) var writing: Int32
    private(set) var kept: [UInt8] = []
    private(set) var isTruncated = false
    /// Whether nobody can write to it any more.
    private(set) var isClosed = false
    private let sizeMax: Int
    private let tailSizeMax: Int
    private let onLine: ((String) -> Void)?
    private var line: [UInt8] = []

    /// A longer line is told in pieces.
    static let lineSizeMax = 64 << 10

    init(_ command: ProcessCommand, _ onLine: ((String) -> Void)?) throws(ProcessError) {
        var ends: [Int32] = [-1, -1]
        let status = cshims_pipe(&ends)
        if status < 0 { throw ProcessError(action: "cannot make a pipe", code: -status) }
        // Only our end must not block: a process expects its output to wait for it.
        _ = fcntl(ends[1], F_SETFL, 0)
        (reading, writing) = (ends[0], ends[1])
        sizeMax = command.outputSizeMax
        tailSizeMax = command.tailSizeMax
        self.onLine = onLine
    }

    deinit {
        close(reading)
        closeWriting()
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// Takes what is there.
    func read() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(reading, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        guard count > 0 else {
            isClosed = true
            return
        }
        take(buffer[..<count])
    }

    /// Goes on reading what a process left behind writes, until nobody can write any more.
    static func drain(_ pipes: [OutputPipe]) throws {
        // Handed over: whoever had them does not touch them again.
        nonisolated(unsafe) let pipes = pipes
        try OwnThread.start("berth-output", stackSizeBytes: 512 << 10) {
            while !pipes.allSatisfy({ $0.isClosed }) {
                var polls = pipes.map { pollfd(fd: $0.isClosed ? -1 : $0.reading, events: Int16(POLLIN), revents: 0) }
                guard poll(&polls, nfds_t(polls.count), -1) >= 0 || errno == EINTR else { return }
                for (pipe, poll) in zip(pipes, polls) where poll.revents != 0 { pipe.read() }
            }
            for pipe in pipes { pipe.finish() }
        }
    }

    /// Tells the last line, which has no end.
    func finish() {
        if !line.isEmpty { tellLine() }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        guard onLine != nil else {
            let room = max(0, sizeMax - kept.count)
            kept += bytes.prefix(room)
            if bytes.count > room { isTruncated = true }
            return
        }
        kept += bytes
        kept.removeFirst(max(0, kept.count - tailSizeMax))
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            line += rest[..<end]
            tellLine()
            rest = rest[(end + 1)...]
        }
        line += rest
        if line.count > Self.lineSizeMax { tellLine() }
    }

    private func tellLine() {
        if line.last == 0x0D { line.removeLast() }
        onLine?(String(decoding: line, as: UTF8.self))
        line = []
    }
}
