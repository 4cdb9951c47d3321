import Glibc
import Threads

/// A thread of the operating system for calls that block, outside Swift's cooperative pool.
enum BlockingThread {
    /// Runs `body` on a new thread and returns what it does. Cancelling the task raises the interrupt that the body is given.
    ///
    /// SIGPIPE is blocked there: a peer that is gone is an error of the call, not the end of the process.
    static func run<T: Sendable>(_ name: String, _ body: @escaping @Sendable (Interrupt) throws -> T) async throws -> T {
        let interrupt = try Interrupt()
        return try await withTaskCancellationHandler {
            try await OwnThread.run(name) {
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                return try body(interrupt)
            }
        } onCancel: {
            interrupt.raise()
        }
    }
}
