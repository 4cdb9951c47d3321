import CShims
import Glibc
import PluginLoading
import Synchronization
import TestSupport
import Testing

@Suite struct CancelTests {
    @Test("a ladder is climbed in order: cancel at once, interrupt, warning, kill; and only once")
    func order() async throws {
        let steps = Steps()
        let policy = CancelPolicy(interruptAfter: .milliseconds(20), softDeadline: .milliseconds(60), grace: .milliseconds(60))
        let ladder = CancelLadder(policy, steps: steps.closures)
        #expect(!ladder.isClimbing)
        let start = cshims_monotonic_ns()
        ladder.start(because: "the user wants it so")
        ladder.start(because: "again")
        #expect(steps.names == ["cancel"], "the first step is taken before start returns")
        #expect(ladder.isClimbing)
        try await eventually("the last step is taken") { steps.names.count >= 4 }
        #expect(steps.names == ["cancel", "interrupt", "warn", "kill: the user wants it so, and did not return within 0.12 s"])
        let times = steps.times.map { Int64($0) - Int64(start) }
        // A step may come late on a busy machine, never early.
        for (time, earliest) in zip(times, [0, 20, 60, 120]) { #expect(time >= earliest * 1_000_000) }
        let deadline = Int64(steps.deadline) - Int64(start)
        #expect(deadline >= 60_000_000 && deadline < 5_000_000_000)
        #expect(ladder.finish(), "it had been asked to stop")
        #expect(!ladder.finish())
    }

    @Test("an interrupt never comes after the soft deadline")
    func shortDeadline() async throws {
        let steps = Steps()
        let ladder = CancelLadder(CancelPolicy(interruptAfter: .seconds(60), softDeadline: .zero, grace: .zero), steps: steps.closures)
        ladder.start(because: "x")
        try await eventually("the last step is taken") { steps.names.count == 4 }
        #expect(steps.names.dropLast() == ["cancel", "interrupt", "warn"])
    }

    @Test("a job that ends stops the climb, and a job that has ended is not cancelled")
    func finish() async throws {
        let steps = Steps()
        let policy = CancelPolicy(interruptAfter: .milliseconds(1), softDeadline: .seconds(60), grace: .zero)
        let ladder = CancelLadder(policy, steps: steps.closures)
        ladder.start(because: "x")
        try await eventually("it is interrupted") { steps.names.count == 2 }
        #expect(ladder.finish())
        ladder.start(because: "late")
        #expect(steps.names == ["cancel", "interrupt"])

        let other = CancelLadder(policy, steps: steps.closures)
        #expect(!other.finish(), "nobody asked it to stop")
        other.start(because: "late")
        #expect(steps.names == ["cancel", "interrupt"])
    }

    @Test("a cancel makes the descriptor readable for good and brings the deadline forward, never back")
    func control() throws {
        let control = try JobControl()
        func isReadable() -> Bool {
            var waiting = pollfd(fd: control.cancelDescriptor, events: Int16(POLLIN), revents: 0)
            return poll(&waiting, 1, 0) == 1
        }
        #expect(!control.isCancelled && !isReadable() && control.deadlineNanoseconds == 0)
        #expect(fcntl(control.cancelDescriptor, F_GETFD) & FD_CLOEXEC != 0)
        control.setDeadline(500)
        control.cancel(deadline: 900)
        #expect(control.isCancelled && isReadable() && isReadable())
        #expect(control.deadlineNanoseconds == 500)
        control.cancel(deadline: 300)
        #expect(control.deadlineNanoseconds == 300)
        #expect(isReadable())
    }

    @Test(
        "durations are shown in seconds",
        arguments: [
            (Duration.seconds(60), "60"), (.milliseconds(300), "0.3"), (.milliseconds(1050), "1.05"), (.milliseconds(7), "0.007"),
            (.zero, "0"),
            (.seconds(-1), "0"),
        ])
    func durations(duration: Duration, text: String) {
        #expect(duration.seconds == text)
    }
}

/// Remembers which steps were taken, and when.
private final class Steps: Sendable {
    private let state = Mutex<(names: [String], times: [UInt64], deadline: UInt64)>(([], [], 0))
    var names: [String] { state.withLock { $0.names } }
    var times: [UInt64] { state.withLock { $0.times } }
    var deadline: UInt64 { state.withLock { $0.deadline } }

    var closures: CancelLadder.Steps {
        CancelLadder.Steps(
            cancel: { deadline in
                self.state.withLock { $0.deadline = deadline }
                self.take("cancel")
            }, interrupt: { self.take("interrupt") }, warn: { self.take("warn") }, kill: { self.take("kill: \($0)") })
    }

    private func take(_ name: String) {
        let now = cshims_monotonic_ns()
        state.withLock {
            $0.names.append(name)
            $0.times.append(now)
        }
    }
}
