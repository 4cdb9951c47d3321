import CShims
import Synchronization

/// Climbs the four steps of a ``CancelPolicy`` for one job, from the first push until the job has ended.
package final class CancelLadder: Sendable {
    private let policy: CancelPolicy
    private let steps: Steps
    private let state = Mutex(State.idle)

    /// What each step does.
    package struct Steps: Sendable {
        /// Raises the cancel descriptor with this deadline (monotonic clock, nanoseconds).
        package var cancel: @Sendable (UInt64) -> Void
        package var interrupt: @Sendable () -> Void
        package var warn: @Sendable () -> Void
        /// Ends the worker; the reason is for people.
        package var kill: @Sendable (String) -> Void

        package init(
            cancel: @escaping @Sendable (UInt64) -> Void, interrupt: @escaping @Sendable () -> Void, warn: @escaping @Sendable () -> Void,
            kill: @escaping @Sendable (String) -> Void
        ) {
            self.cancel = cancel
            self.interrupt = interrupt
            self.warn = warn
            self.kill = kill
        }
    }

    private enum State {
        /// Not asked to stop. Leads to `climbing` or `over`.
        case idle
        /// Asked to stop; the task climbs. Leads to `over`.
        case climbing(Task<Void, Never>)
        /// The job has ended.
        case over
    }

    package init(_ policy: CancelPolicy, steps: Steps) {
        self.policy = policy
        self.steps = steps
    }

    /// Whether the job was asked to stop.
    package var isClimbing: Bool {
        state.withLock { if case .climbing = $0 { true } else { false } }
    }

    /// Takes the first step, and the others as time passes. Only the first call does anything.
    package func start(because reason: String) {
        let policy = policy
        let steps = steps
        state.withLock { state in
            guard case .idle = state else { return }
            steps.cancel(cshims_monotonic_ns() + policy.softDeadline.nanoseconds)
            // Owned by this ladder; ends with the last step or in finish().
            state = .climbing(
                Task.detached {
                    do {
                        let start = ContinuousClock.now
                        try await Task.sleep(until: start + min(policy.interruptAfter, policy.softDeadline), clock: .continuous)
                        steps.interrupt()
                        try await Task.sleep(until: start + policy.softDeadline, clock: .continuous)
                        steps.warn()
                        try await Task.sleep(until: start + policy.softDeadline + policy.grace, clock: .continuous)
                        steps.kill("\(reason), and did not return within \((policy.softDeadline + policy.grace).seconds) s")
                    } catch {
                        // Only cancellation throws here: the job ended by itself.
                    }
                })
        }
    }

    /// The job has ended; no further step is taken.
    ///
    /// - Returns: whether it had been asked to stop.
    @discardableResult
    package func finish() -> Bool {
        state.withLock { state in
            defer { state = .over }
            guard case .climbing(let task) = state else { return false }
            task.cancel()
            return true
        }
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for a negative duration.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// For messages: seconds with at most three decimals.
    package var seconds: String {
        let milliseconds = nanoseconds / 1_000_000
        let fraction = milliseconds % 1000
        guard fraction != 0 else { return "\(milliseconds / 1000)" }
        let digits = String(fraction)
        var text = "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
        while text.hasSuffix("0") { text.removeLast() }
        return text
    }
}
