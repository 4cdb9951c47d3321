import CShims
import Glibc
import NIOCore

/// One question to one name server: over UDP, and over TCP where the answer is longer. Blocks.
struct DNSExchange {
    var server: SocketAddress
    var deadlineNanoseconds: UInt64

    enum Failure: Error {
        case timeout
        case system(Int32)
        case malformed
    }

    func ask(_ question: DNSMessage) throws(Failure) -> DNSMessage.Answer {
        guard let bytes = question.bytes else { return .noSuchName }
        let answer = try exchange(bytes, overTCP: false) { question.answer($0) }
        guard answer == .truncated else { return answer }
        return try exchange(bytes, overTCP: true) { question.answer($0) }
    }

    private func exchange(
        _ question: [UInt8], overTCP: Bool, _ read: ([UInt8]) -> DNSMessage.Answer?
    ) throws(Failure) -> DNSMessage.Answer {
        let family = server.protocol == .inet6 ? AF_INET6 : AF_INET
        let kind = overTCP ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        // A connected datagram socket takes answers from that server only.
        let status = server.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        if status < 0, errno != EINPROGRESS { throw .system(errno) }
        if overTCP {
            try send(descriptor, [UInt8(question.count >> 8), UInt8(question.count & 0xFF)] + question)
            let size = try receive(descriptor, exactly: 2)
            guard let answer = read(try receive(descriptor, exactly: Int(size[0]) << 8 | Int(size[1]))) else { throw .malformed }
            return answer
        }
        try send(descriptor, question)
        while true {
            try wait(descriptor, POLLIN)
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            // What is not an answer to our question is somebody's mistake or trick: wait on.
            if let answer = read(Array(buffer[..<count])) { return answer }
        }
    }

    private func send(_ descriptor: Int32, _ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(descriptor, POLLOUT)
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw .system(errno) }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(_ descriptor: Int32, exactly size: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < size {
            try wait(descriptor, POLLIN)
            var buffer = [UInt8](repeating: 0, count: size - bytes.count)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw count == 0 ? .malformed : .system(errno) }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private func wait(_ descriptor: Int32, _ event: Int32) throws(Failure) {
        while true {
            let now = cshims_monotonic_ns()
            guard now < deadlineNanoseconds else { throw .timeout }
            var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = poll(&entry, 1, Int32(clamping: (deadlineNanoseconds - now) / 1_000_000 + 1))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw .system(errno) }
        }
    }
}
