import CShims
import Glibc
import Synchronization

/// A thread of the operating system for calls that block, outside Swift's cooperative pool.
enum BlockingThread {
    private static let stackSizeBytes = 1 << 20

    /// What threads that were started and have not begun are to do, by number.
    private static let waiting = Mutex((next: 1, bodies: [Int: @Sendable () -> Void]()))

    /// Runs `body` on a new thread and returns what it does. Cancelling the task raises the interrupt that the body is given.
    static func run<T: Sendable>(_ name: String, _ body: @escaping @Sendable (Interrupt) throws -> T) async throws -> T {
        let interrupt = try Interrupt()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do { try start(name) { continuation.resume(with: Result { try body(interrupt) }) } } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            interrupt.raise()
        }
    }

    /// Starts a thread with SIGPIPE blocked: a peer that is gone is an error of the call, not the end of the process.
    ///
    /// - Parameter name: the kernel shows its first 15 bytes.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SSHError) {
        // A number goes through C in place of a reference, so that nothing has to be counted by hand.
        let number = waiting.withLock { waiting in
            waiting.next += 1
            waiting.bodies[waiting.next] = body
            return waiting.next
        }
        let status = cshims_start_thread(
            name, stackSizeBytes,
            { number in
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                BlockingThread.take(Int(bitPattern: number))?()
            }, UnsafeMutableRawPointer(bitPattern: number))
        guard status == 0 else {
            _ = take(number)
            throw SSHError("cannot start a thread: \(SSHError.text(-status))")
        }
    }

    private static func take(_ number: Int) -> (@Sendable () -> Void)? { waiting.withLock { $0.bodies.removeValue(forKey: number) } }
}
