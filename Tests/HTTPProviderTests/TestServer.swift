import Glibc
import Synchronization
import Testing

/// A web server on this machine for the time of a test: it answers by a function, one connection per request.
final class TestServer: Sendable {
    struct Request: Sendable {
        /// `GET /path`.
        var line: String
        /// Headers and body as they came.
        var text: String
    }

    let port: UInt16
    private let listener: Int32
    private let requests = Mutex<[Request]>([])

    init(_ answer: @escaping @Sendable (Request, Int) -> String) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, address, &size) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detach { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 { serve(connection, answer) }
        }
    }

    var seen: [Request] { requests.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32, _ answer: (Request, Int) -> String) {
        defer { close(connection) }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.output.1) } ?? 0
            if text[end.upperBound...].utf8.count >= length { break }
        }
        let request = Request(line: text.split(separator: " ").prefix(2).joined(separator: " "), text: text)
        let index = requests.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
        let bytes = Array(answer(request, index).utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}

/// Starts what runs beside a test.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        let work = UnsafeMutablePointer<@Sendable () -> Void>.allocate(capacity: 1)
        work.initialize(to: body)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                guard let work = context?.assumingMemoryBound(to: (@Sendable () -> Void).self) else { return nil }
                let body = work.move()
                work.deallocate()
                body()
                return nil
            }, work)
        pthread_detach(thread)
    }
}
