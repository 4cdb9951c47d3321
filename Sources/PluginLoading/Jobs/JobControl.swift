import CShims
import Glibc
import Synchronization

/// The switch that cancels one job: the descriptor, flag and deadline a plugin can see.
package final class JobControl: Sendable {
    /// Readable once the job is cancelled. Open as long as this object lives.
    package let cancelDescriptor: Int32
    private let cancelled = Atomic<Bool>(false)
    private let deadline = Atomic<UInt64>(0)

    /// - Throws: ``PluginError`` with code `system` if no descriptor can be had.
    package init() throws(PluginError) {
        let descriptor = cshims_eventfd()
        guard descriptor >= 0 else { throw .system("cannot make an eventfd", -descriptor) }
        cancelDescriptor = descriptor
    }

    deinit {
        close(cancelDescriptor)
    }

    package var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// On the monotonic clock, in nanoseconds; 0 if there is none.
    package var deadlineNanoseconds: UInt64 { deadline.load(ordering: .acquiring) }

    package func setDeadline(_ nanoseconds: UInt64) {
        deadline.store(nanoseconds, ordering: .releasing)
    }

    /// Raises the cancel descriptor. Only the first call does anything.
    ///
    /// - Parameter deadline: when the operation should have returned, on the monotonic clock in nanoseconds.
    package func cancel(deadline nanoseconds: UInt64) {
        let current = deadline.load(ordering: .acquiring)
        if current == 0 || nanoseconds < current { deadline.store(nanoseconds, ordering: .releasing) }
        guard !cancelled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        // The counter of a new eventfd cannot be full, so a write of 8 bytes cannot fail.
        _ = write(cancelDescriptor, &one, 8)
    }
}

extension PluginError {
    /// A refusal by the system.
    package static func system(_ what: String, _ code: Int32) -> PluginError {
        PluginError(.system, "\(what): \(String(cString: strerror(code)))")
    }
}
