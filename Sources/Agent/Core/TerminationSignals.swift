import CShims
import Glibc
import Processes
import Threads

/// SIGINT and SIGTERM, which end the agent in order.
struct TerminationSignals: Sendable {
    private let descriptor: Int32

    /// To be called once.
    init() throws(ProcessError) {
        descriptor = cshims_catch_termination()
        if descriptor < 0 { throw ProcessError(action: "cannot catch signals", code: -descriptor) }
        signal(SIGPIPE, SIG_IGN)
    }

    /// Tells of the first signal.
    func onSignal(_ body: @escaping @Sendable () -> Void) {
        let descriptor = descriptor
        do {
            try OwnThread.start("berth-signals", stackSizeBytes: 128 << 10) {
                var count: UInt64 = 0
                while true {
                    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    if poll(&entry, 1, -1) < 0, errno != EINTR { return }
                    if read(descriptor, &count, MemoryLayout<UInt64>.size) == MemoryLayout<UInt64>.size { return body() }
                }
            }
        } catch {
            // Without a thread there is no stopping in order; the next signal must end us at least.
            signal(SIGTERM, SIG_DFL)
            signal(SIGINT, SIG_DFL)
        }
    }
}
