import CShims
import Glibc
import Synchronization

/// Ends what a thread waits for: sockets it watches are shut down, and sleeps are over.
final class Interrupt: Sendable {
    private struct State {
        var isRaised = false
        var sockets: Set<Int32> = []
    }

    private let state = Mutex(State())
    /// Readable once it is raised.
    private let event: Int32

    init() throws(SSHError) {
        event = cshims_eventfd()
        guard event >= 0 else { throw SSHError("cannot make an eventfd: \(SSHError.text(-event))") }
    }

    deinit { close(event) }

    func raise() {
        state.withLock { state in
            state.isRaised = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        var one: UInt64 = 1
        write(event, &one, 8)
    }

    /// - Throws: `CancellationError` once it is raised.
    func check() throws { if state.withLock({ $0.isRaised }) { throw CancellationError() } }

    /// Has a socket shut down when it is raised; ``forget(_:)`` it before it is closed.
    func watch(_ socket: Int32) throws {
        try state.withLock { state in
            if state.isRaised { throw CancellationError() }
            state.sockets.insert(socket)
        }
    }

    func forget(_ socket: Int32) { state.withLock { _ = $0.sockets.remove(socket) } }

    /// Waits for events of a descriptor, or just waits.
    ///
    /// - Returns: false if the time is over.
    /// - Throws: `CancellationError` once it is raised.
    func wait(for events: Int32 = 0, of descriptor: Int32 = -1, atMost limit: Duration) throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            try check()
            var polled = [
                pollfd(fd: event, events: Int16(POLLIN), revents: 0), pollfd(fd: descriptor, events: Int16(events), revents: 0),
            ]
            let left = max(.zero, deadline - .now)
            let milliseconds = min(left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1, 3_600_000)
            let count = poll(&polled, 2, Int32(milliseconds))
            try check()
            if count > 0, polled[1].revents != 0 { return true }
            if ContinuousClock.now >= deadline { return false }
        }
    }
}
