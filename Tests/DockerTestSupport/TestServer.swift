import Glibc
import Threads

/// A small web server that answers everything with its one word, until it is released.
package final class TestServer: Sendable {
    package let port: Int
    private let listener: Int32

    /// - Parameter loopbackOnly: whether it listens on 127.0.0.1 alone, and not on all addresses.
    package init(loopbackOnly: Bool = false, word: String = "here") throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = loopbackOnly ? UInt32(0x7f00_0001).bigEndian : 0
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) | getsockname(listener, $0, &size) }
        }
        guard result == 0, listen(listener, 16) == 0 else { throw TestEngineError(text: "cannot listen") }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        try OwnThread.start("test server", stackSizeBytes: 1 << 18) {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                var request = [UInt8](repeating: 0, count: 4096)
                _ = read(connection, &request, request.count)
                let answer = Array("HTTP/1.0 200 OK\r\nContent-Length: \(word.utf8.count)\r\n\r\n\(word)".utf8)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
            close(listener)
        }
    }

    // Wakes the thread, which then closes it.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
