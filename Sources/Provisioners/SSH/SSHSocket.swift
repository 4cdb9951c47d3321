import CSSH
import Glibc
import HCL

/// A TCP connection, which an interrupt ends at any time.
struct SSHSocket: ~Copyable {
    private(set) var descriptor: Int32
    private let interrupt: Interrupt

    /// Connects to a host by name or address.
    ///
    /// - Throws: ``SSHError`` that names the address and what the system said.
    init(to host: String, port: Int, within limit: Duration, _ interrupt: Interrupt) throws {
        self.interrupt = interrupt
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &list)
        guard status == 0 else {
            throw SSHError("dial tcp: lookup \(host): \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(list) }
        let deadline = ContinuousClock.now + limit
        var failure = SSHError("dial tcp: lookup \(host): no addresses")
        var next = list
        while let address = next {
            next = address.pointee.ai_next
            do {
                descriptor = try Self.connect(address.pointee, to: "\(host):\(port)", until: deadline, interrupt)
                return
            } catch let error as SSHError { failure = error }
        }
        throw failure
    }

    deinit {
        if descriptor >= 0 {
            interrupt.forget(descriptor)
            close(descriptor)
        }
    }

    private static func connect(
        _ address: addrinfo, to name: String, until deadline: ContinuousClock.Instant, _ interrupt: Interrupt
    ) throws -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.ai_family, flags, 0)
        guard descriptor >= 0 else { throw SSHError("dial tcp \(name): socket: \(SSHError.text(errno))") }
        do {
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
            // A machine that vanished is noticed in the end, also by a command that says nothing for hours.
            setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &one, 4)
            if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw SSHError("dial tcp \(name): connect: \(SSHError.text(errno))") }
                guard try interrupt.wait(for: POLLOUT, of: descriptor, atMost: deadline - .now) else {
                    throw SSHError("dial tcp \(name): i/o timeout")
                }
                var code: Int32 = 0
                var size = socklen_t(4)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
                guard code == 0 else { throw SSHError("dial tcp \(name): connect: \(SSHError.text(code))") }
            }
            try interrupt.watch(descriptor)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// The descriptor for a new owner, who ends the interrupt's watch over it before closing it.
    consuming func release() -> Int32 {
        let released = descriptor
        descriptor = -1
        return released
    }

    /// Sends all of it.
    func send(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 { rest = rest.dropFirst(count) } else { try waitAfterFailure(POLLOUT, deadline) }
        }
    }

    /// One byte; nil at the end.
    func receive(until deadline: ContinuousClock.Instant) throws -> UInt8? {
        while true {
            var byte: UInt8 = 0
            let count = recv(descriptor, &byte, 1, 0)
            if count == 1 { return byte }
            if count == 0 { return nil }
            try waitAfterFailure(POLLIN, deadline)
        }
    }

    private func waitAfterFailure(_ events: Int32, _ deadline: ContinuousClock.Instant) throws {
        let code = errno
        guard code == EAGAIN || code == EINTR else { throw SSHError(SSHError.text(code)) }
        guard try interrupt.wait(for: events, of: descriptor, atMost: deadline - .now) else { throw SSHError("i/o timeout") }
    }
}
