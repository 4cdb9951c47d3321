import CShims
import Glibc
import Synchronization
import Threads

/// Tells when processes end: one thread for all of them, since event loops cannot wait for processes.
final class ChildWatcher: Sendable {
    static let shared = ChildWatcher()

    private struct Child {
        let descriptor: Int32
        let onEnd: @Sendable () -> Void
    }

    private struct State {
        /// Wakes the thread; negative until there is one.
        var wake: Int32 = -1
        var children: [Child] = []
    }

    private let state = Mutex(State())

    /// - Parameter onEnd: is called once, on a thread of the watcher's, when the process has ended; it is still to be reaped.
    func watch(_ id: pid_t, _ onEnd: @escaping @Sendable () -> Void) throws {
        let descriptor = cshims_pidfd_open(id)
        guard descriptor >= 0 else { return try waitOnThread(id, onEnd) }
        do {
            try state.withLock { state in
                if state.wake < 0 { state.wake = try start() }
                state.children.append(Child(descriptor: descriptor, onEnd: onEnd))
                var one: UInt64 = 1
                // Fails only if it is awake already.
                _ = write(state.wake, &one, 8)
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func start() throws -> Int32 {
        let wake = cshims_eventfd()
        guard wake >= 0 else { throw SSHError(.byApplication, "cannot watch processes: \(String(cString: strerror(-wake)))") }
        do {
            try OwnThread.start("berth-children", stackSizeBytes: 256 << 10) { self.run(wake) }
        } catch {
            close(wake)
            throw error
        }
        return wake
    }

    private func run(_ wake: Int32) {
        while true {
            let children = state.withLock { $0.children }
            var polls = ([wake] + children.map(\.descriptor)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polls, nfds_t(polls.count), -1) > 0 else { continue }
            var count: UInt64 = 0
            if polls[0].revents != 0 { _ = read(wake, &count, 8) }
            for (child, poll) in zip(children, polls.dropFirst()) where poll.revents != 0 {
                state.withLock { $0.children.removeAll { $0.descriptor == child.descriptor } }
                close(child.descriptor)
                child.onEnd()
            }
        }
    }

    /// For kernels before 5.3, and sandboxes that have no pidfds.
    private func waitOnThread(_ id: pid_t, _ onEnd: @escaping @Sendable () -> Void) throws {
        try OwnThread.start("berth-child", stackSizeBytes: 64 << 10) {
            var info = siginfo_t()
            while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            onEnd()
        }
    }
}
