/// What a client may ask of the server.
package struct ServerLimits: Sendable {
    /// Bytes of one header field, and of all.
    package var headerSizeMax = 64 << 10
    package var headerCountMax = 200
    /// Until the head of the first request is there.
    package var headTime: Duration = .seconds(15)
    /// Between two requests, and between two pieces of a body.
    package var idleTime: Duration = .seconds(60)
    /// Bytes of a frame, and of a message, on a WebSocket.
    package var frameSizeMax = 1 << 20
    /// Connections at once.
    package var connectionsMax = 10_000
    /// Bytes of an uploaded archive.
    package var fileSizeMax = 10 << 20
    /// Requests a minute of one user, or of one address without one; 0 for no limit.
    package var requestsPerMinute = 512
    /// How long a stopping server waits for requests that it has begun to answer.
    package var shutdownTime: Duration = .seconds(10)

    /// The defaults.
    package init() {}
}
