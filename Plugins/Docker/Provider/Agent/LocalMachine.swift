import Glibc
import Threads

/// What this machine knows of the network. Everything here may block, and runs on threads of its own.
enum LocalMachine {
    /// Whether somebody accepts connections at an address.
    static func answers(_ host: String, _ port: Int, milliseconds: Int32 = 1500) async -> Bool {
        // Without a thread nothing can be tried, and so nobody answers.
        let result = try? await OwnThread.run("probe") {
            first(of: host, port, SOCK_STREAM, numeric: true) { socket, address, length in
                guard fcntl(socket, F_SETFL, O_NONBLOCK) == 0 else { return nil }
                if connect(socket, address, length) == 0 { return true }
                guard errno == EINPROGRESS else { return nil }
                var event = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
                guard poll(&event, 1, milliseconds) == 1 else { return nil }
                var error: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 ? true : nil
            } ?? false
        }
        return result ?? false
    }

    /// The address that this machine has towards another; nil if there is no way to it. Sends nothing.
    static func address(towards host: String, _ port: Int) async -> String? {
        // Without a thread nothing is known.
        let result: String?? = try? await OwnThread.run("route") { () -> String? in
            first(of: host, port, SOCK_DGRAM, numeric: false) { socket, address, length in
                guard connect(socket, address, length) == 0 else { return nil }
                var own = sockaddr_storage()
                var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
                return withUnsafeMutablePointer(to: &own) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { own in
                        getsockname(socket, own, &size) == 0 ? text(own, size) : nil
                    }
                }
            }
        }
        return result ?? nil
    }

    /// The address by which others reach this machine; nil without a network.
    static func mainAddress() async -> String? {
        // Addresses for documentation: they stand for anywhere.
        for anywhere in ["192.0.2.1", "2001:db8::1"] {
            if let address = await address(towards: anywhere, 9), !ServerURL.isLoopback(address) { return address }
        }
        return nil
    }

    private static func first<T>(
        of host: String, _ port: Int, _ kind: __socket_type, numeric: Bool, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> T?
    ) -> T? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(kind.rawValue)
        hints.ai_flags = numeric ? AI_NUMERICHOST : 0
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr else { continue }
            let socket = socket(entry.pointee.ai_family, entry.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { continue }
            defer { close(socket) }
            if let result = body(socket, address, entry.pointee.ai_addrlen) { return result }
        }
        return nil
    }

    private static func text(_ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> String? {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
