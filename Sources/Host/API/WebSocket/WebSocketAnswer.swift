package import NIOCore

/// What happens on a connection that became a WebSocket.
package enum WebSocketAnswer: Sendable {
    /// Messages: when the function returns, the socket is closed; when the other side closes, the function is cancelled.
    case messages(@Sendable (WebSocket) async throws -> Void)
    /// The channel with NIO's frame decoder and encoder, to be made something else of: called on its event loop.
    case channel(@Sendable (any Channel) throws -> Void)
}
