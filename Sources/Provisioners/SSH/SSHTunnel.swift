import CShims
import CSSH
import Glibc

/// A connection to a machine through another one: a thread carries bytes between a channel and a socket.
enum SSHTunnel {
    /// The session on the bastion, on its way to the thread that carries.
    private struct Carrier: @unchecked Sendable {
        // Safe to send: whoever makes it hands it to one thread and does not touch it again.
        let session: SSHSession
        let channel: SSHChannel
    }

    /// A socket that leads to the endpoint; closing it ends the thread and the session.
    static func open(through session: sending SSHSession, to endpoint: SSHEndpoint, _ interrupt: Interrupt) throws -> Int32 {
        let channel = try SSHChannel.forward(session, to: endpoint)
        var pair: [Int32] = [-1, -1]
        let status = cshims_socketpair(&pair)
        guard status == 0 else { throw SSHError("cannot make a pair of sockets: \(SSHError.text(-status))") }
        let (near, far) = (pair[0], pair[1])
        for descriptor in pair { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
        do { try interrupt.watch(near) } catch {
            for descriptor in pair { close(descriptor) }
            throw error
        }
        let carrier = Carrier(session: session, channel: channel)
        // It belongs to the session over the tunnel, and ends when that closes its end.
        Task {
            defer { close(far) }
            do { try await BlockingThread.run("ssh-tunnel") { _ in try carry(carrier, far) } } catch {
                // The session over the tunnel notices that it has ended, and says so.
            }
        }
        return near
    }

    private static func carry(_ carrier: Carrier, _ far: Int32) throws {
        let interrupt = carrier.session.interrupt
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        // At most one buffer waits for the near side; the window of the channel holds back the rest.
        var arrived: ArraySlice<UInt8> = []
        while true {
            var isIdle = true
            if arrived.isEmpty, let bytes = try carrier.channel.readAvailable(fromErrors: false) {
                arrived = bytes[...]
                if bytes.isEmpty { return }
                isIdle = false
            }
            if !arrived.isEmpty {
                let count = arrived.withUnsafeBytes { send(far, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count > 0 { (arrived, isIdle) = (arrived.dropFirst(count), false) } else if errno != EAGAIN { return }
            }
            let count = recv(far, &buffer, buffer.count, 0)
            if count > 0 {
                try carrier.channel.write(buffer[..<count])
                isIdle = false
            } else if count == 0 || errno != EAGAIN {
                return
            }
            if isIdle { try wait(carrier.session, far, hasArrived: !arrived.isEmpty, interrupt) }
        }
    }

    private static func wait(_ session: SSHSession, _ far: Int32, hasArrived: Bool, _ interrupt: Interrupt) throws {
        try interrupt.check()
        var polled = [
            pollfd(fd: ssh_get_fd(session.handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: far, events: Int16(POLLIN | (hasArrived ? POLLOUT : 0)), revents: 0),
        ]
        // Not for ever: libssh may have read a packet for the channel while it wrote.
        poll(&polled, 2, 100)
    }
}
