package import NIOCore

/// What the server asks an agent for: an ordinary request, with a body that fits into memory.
package struct TunnelRequest: Sendable {
    package var method: String
    package var path: String
    /// Names in lower case.
    package var headers: [(String, String)]
    package var body: ByteBuffer

    package init(method: String = "GET", path: String, headers: [(String, String)] = [], body: ByteBuffer = ByteBuffer()) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }

    /// Whether it asks for a byte stream; then the path is the target.
    var isStream: Bool { method == "CONNECT" }
}

/// What an agent answers.
package struct TunnelResponse: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [(String, String)]
    package var body: ByteBuffer

    package init(status: Int, headers: [(String, String)] = [], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
