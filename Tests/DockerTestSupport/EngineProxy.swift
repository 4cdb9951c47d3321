package import DockerEngine
import Glibc
import Synchronization
import Threads

/// Stands between a Docker Engine and its clients on a unix socket of its own, sees every request, and does harm at the one
/// that a test chooses.
///
/// Each connection carries one request, as if the client had asked for that; so the end of an answer is the end of a stream.
package final class EngineProxy: Sendable {
    package let path: String
    package var endpoint: DockerEndpoint { get throws { try DockerEndpoint("unix://\(path)") } }

    private let engine: String
    private let listener: Int32
    /// Closing it wakes everybody up.
    private let alive: (wait: Int32, hold: Int32)
    private let choose: @Sendable (ProxyRequest) -> ProxyFate
    private let requests = Mutex<[ProxyRequest]>([])

    /// - Parameters:
    ///   - engine: listens on a unix socket.
    ///   - path: of the new socket.
    ///   - choose: says what becomes of a request; called for one after another, from any thread.
    package init(
        _ engine: DockerEndpoint, at path: String, choose: @escaping @Sendable (ProxyRequest) -> ProxyFate = { _ in .pass }
    ) throws {
        guard case .unix(let socket) = engine.address else { throw TestEngineError(text: "the engine has no unix socket") }
        self.engine = socket
        self.path = path
        self.choose = choose
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestEngineError(text: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        alive = (ends[0], ends[1])
        unlink(path)
        listener = try UnixSocket.make(path) { bind($0, $1, $2) }
        guard listen(listener, 256) == 0 else { throw TestEngineError(text: "cannot listen at \(path)") }
        try OwnThread.start("proxy", stackSizeBytes: 1 << 20) { self.acceptUntilClosed() }
    }

    /// What was asked so far.
    package var seen: [ProxyRequest] { requests.withLock { $0 } }

    /// Ends all connections; the engine sees its clients go.
    package func close() {
        Glibc.close(alive.hold)
        unlink(path)
    }

    private func acceptUntilClosed() {
        while wait(for: [(listener, Int16(POLLIN))]) != nil {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { continue }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            do {
                try OwnThread.start("proxy-client", stackSizeBytes: 1 << 20) {
                    self.serve(client)
                    Glibc.close(client)
                }
            } catch { Glibc.close(client) }
        }
        Glibc.close(listener)
    }

    // MARK: One request

    private func serve(_ client: Int32) {
        var bytes: [UInt8] = []
        while !ProxyRequest.isComplete(bytes) { guard let more = receive(client), !more.isEmpty else { return }; bytes += more }
        guard let head = ProxyRequest.head(bytes) else { return }
        let (request, fate) = requests.withLock { seen in
            let request = ProxyRequest(number: seen.count + 1, head, client: UnixSocket.peer(client))
            seen.append(request)
            return (request, choose(request))
        }
        switch fate {
        case .killBefore: return request.killClient()
        case .stallBefore: return waitUntilGone(client)
        case .hangUpBefore: return
        case .answer(let status, let message): return refuse(client, status, message)
        default: break
        }
        guard let engine = try? UnixSocket.make(engine, { connect($0, $1, $2) }) else { return }  // the client sees a broken connection
        defer { Glibc.close(engine) }
        guard send(ProxyRequest.closing(bytes), to: engine) else { return }
        switch fate {
        case .killDuring: return request.killClient()
        case .killAfter:
            relay(from: engine, to: nil, of: client)
            request.killClient()
        case .stallAfter:
            relay(from: engine, to: nil, of: client)
            waitUntilGone(client)
        case .hangUpAfter: relay(from: engine, to: nil, of: client)
        default: relay(from: engine, to: client, of: client)
        }
    }

    /// Passes an answer on, or swallows it; ends early if the client goes.
    private func relay(from engine: Int32, to target: Int32?, of client: Int32) {
        while let ready = wait(for: [(engine, Int16(POLLIN)), (client, Int16(0x2000))]) {  // POLLRDHUP
            guard ready.contains(0), let bytes = receive(engine), !bytes.isEmpty else { return }
            if let target, !send(bytes, to: target) { return }
        }
    }

    private func waitUntilGone(_ client: Int32) { _ = wait(for: [(client, Int16(0x2000))]) }

    private func refuse(_ client: Int32, _ status: Int, _ message: String) {
        let body = "{\"message\":\"\(message)\"}\n"
        _ = send(
            Array(
                """
                HTTP/1.1 \(status) Refused\r\nContent-Type: application/json\r\nConnection: close\r\n\
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """.utf8), to: client)
    }

    // MARK: Sockets

    /// - Returns: which of them are ready; nil once the proxy is closed.
    private func wait(for descriptors: [(Int32, Int16)]) -> [Int]? {
        var waiting = descriptors.map { pollfd(fd: $0.0, events: $0.1, revents: 0) } + [pollfd(fd: alive.wait, events: 0, revents: 0)]
        while poll(&waiting, nfds_t(waiting.count), -1) < 0 { guard errno == EINTR else { return nil } }
        if waiting[descriptors.count].revents != 0 { return nil }
        return descriptors.indices.filter { waiting[$0].revents != 0 }
    }

    /// Nil once the proxy is closed; empty at the end.
    private func receive(_ socket: Int32) -> [UInt8]? {
        guard wait(for: [(socket, Int16(POLLIN))]) != nil else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    private func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// What becomes of a request.
package enum ProxyFate: Sendable, Hashable {
    case pass
    /// The client is killed, and the engine hears nothing.
    case killBefore
    /// The engine has the request; the client is killed, and the engine sees it go.
    case killDuring
    /// The engine has answered; the client is killed, and hears nothing.
    case killAfter
    /// Nothing happens for ever, or until the client goes.
    case stallBefore
    /// The engine does it, and the client hears nothing for ever.
    case stallAfter
    /// The connection breaks before the engine has heard anything.
    case hangUpBefore
    /// The engine does it; then the connection breaks.
    case hangUpAfter
    /// Refused, in these words.
    case answer(status: Int, message: String)
}

/// A request as the proxy saw it.
package struct ProxyRequest: Sendable {
    /// From 1, for each proxy.
    package var number: Int
    package var method: String
    /// Without the version, with the query: `/containers/create?name=a`.
    package var target: String
    /// Its process.
    package var client: Int32

    fileprivate init(number: Int, _ head: (method: String, target: String), client: Int32) {
        self.number = number
        method = head.method
        target = head.target.hasPrefix("/v1.") ? String(head.target.dropFirst(3).drop { $0 != "/" }) : head.target
        self.client = client
    }

    /// Method and path, without the query and what identifies an object: `POST /containers/*/start`.
    package var kind: String {
        var parts = target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
        let words: Set = [
            "create", "json", "start", "stop", "wait", "connect", "disconnect", "build", "tag", "archive", "_ping", "info", "version",
            "containers", "images", "networks", "volumes",
        ]
        for index in parts.indices where !words.contains(parts[index]) { parts[index] = "*" }
        return "\(method) /\(parts.joined(separator: "/"))"
    }

    fileprivate func killClient() {
        // Never the tests themselves, whatever a test does.
        if client > 1, client != getpid() { kill(client, SIGKILL) }
    }

    fileprivate static func head(_ bytes: [UInt8]) -> (method: String, target: String)? {
        let words = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
        return words.count == 3 ? (String(words[0]), String(words[1])) : nil
    }

    /// Whether head and body are there.
    fileprivate static func isComplete(_ bytes: [UInt8]) -> Bool {
        guard let end = endOfHead(bytes) else { return false }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        if head.contains("transfer-encoding: chunked") { return bytes.count > end + 4 && bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) }
        guard let mark = head.firstRange(of: "content-length:") else { return true }
        let length = Int(head[mark.upperBound...].prefix { $0 != "\r" && $0 != "\r\n" }.filter { $0 != " " }) ?? 0
        return bytes.count >= end + length
    }

    /// The request, asking for the end of the connection after the answer.
    fileprivate static func closing(_ bytes: [UInt8]) -> [UInt8] {
        guard let end = endOfHead(bytes) else { return bytes }
        return bytes[..<(end - 2)] + Array("Connection: close\r\n\r\n".utf8) + bytes[end...]
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? { bytes.firstRange(of: [13, 10, 13, 10])?.upperBound }
}

/// Calls on unix sockets that Swift has no words for.
private enum UnixSocket {
    /// A socket that was bound or connected to a path.
    static func make(_ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw TestEngineError(text: "no socket for \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else {
            close(descriptor)
            throw TestEngineError(text: "socket \(path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// The process at the other end.
    static func peer(_ socket: Int32) -> Int32 {
        var credentials: [Int32] = [0, 0, 0]  // struct ucred: process, user, group
        var size = socklen_t(12)
        return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 ? credentials[0] : 0
    }
}
