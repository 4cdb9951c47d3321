import HCL

/// A proxy that is asked to `CONNECT`.
struct HTTPProxy: Sendable {
    var host: String
    var port: Int
    var user: String?
    var password: String?

    private static let answerSizeMax = 16 << 10

    /// A connection through the proxy.
    func connect(to endpoint: SSHEndpoint, within limit: Duration, _ interrupt: Interrupt) throws -> SSHSocket {
        // What goes into a line of the request must not end it.
        guard (endpoint.host + host).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SSHError("the host's name has characters that no name has", isFinal: true)
        }
        let deadline = ContinuousClock.now + limit
        let socket = try SSHSocket(to: host, port: port, within: limit, interrupt)
        var request = "CONNECT \(endpoint.address) HTTP/1.1\r\nHost: \(endpoint.address)\r\n"
        if let user {
            request += "Proxy-Authorization: Basic \(Base64.encode(Array("\(user):\(password ?? "")".utf8)))\r\n"
        }
        try socket.send(Array((request + "\r\n").utf8), until: deadline)
        let status = try Self.statusLine(of: socket, until: deadline)
        let words = status.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].hasPrefix("2"), words[1].utf8.count == 3 else {
            throw SSHError("proxy \(host):\(port) did not connect to \(endpoint.address): \(status.prefix(200))")
        }
        return socket
    }

    /// Reads to the end of the answer's head, byte by byte: what follows belongs to the machine.
    private static func statusLine(of socket: borrowing SSHSocket, until deadline: ContinuousClock.Instant) throws -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = try socket.receive(until: deadline), head.count < answerSizeMax else { break }
            head.append(byte)
        }
        return String(decoding: head.prefix { $0 >= 0x20 }, as: UTF8.self)
    }
}
