package import NIOCore
import NIOWebSocket

/// A WebSocket to the server: messages in, bytes out (RFC 6455).
///
/// Pings are answered, fragments put together. Ends with the task that runs ``APIClient/webSocket(_:query:_:)``.
package struct WebSocketStream: Sendable {
    let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>
    let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

    static let messageMaxBytes = 16 << 20

    /// Calls for each message, text or binary, until the server closes.
    ///
    /// - Throws: ``APIError`` with the reason of the server if it closes for one.
    package func forEachMessage(_ body: (ByteBuffer) async throws -> Void) async throws {
        var message = ByteBuffer()
        for try await frame in inbound {
            switch frame.opcode {
            case .text, .binary, .continuation:
                var data = frame.unmaskedData
                message.writeBuffer(&data)
                guard message.readableBytes <= Self.messageMaxBytes else {
                    throw APIError(status: 0, message: "the server sent a message larger than 16 MiB", request: "WebSocket")
                }
                guard frame.fin else { continue }
                try await body(message)
                message.clear()
            case .ping:
                try await send(frame.unmaskedData, .pong)
            case .connectionClose:
                var data = frame.unmaskedData
                let code = data.readInteger(as: UInt16.self) ?? 1000
                let reason = data.readString(length: data.readableBytes) ?? ""
                // The other side may not wait for the answer.
                try? await send(ByteBuffer(integer: code), .connectionClose)
                if code != 1000 && code != 1001 {
                    throw APIError(
                        status: Int(code), message: reason.isEmpty ? "the server closed the stream (\(code))" : reason, request: "WebSocket"
                    )
                }
                return
            default: continue
            }
        }
    }

    /// Sends a binary message; waits while the other side does not take it.
    package func send(_ bytes: ByteBuffer) async throws { try await send(bytes, .binary) }

    /// Sends a text message.
    package func send(text: String) async throws { try await send(ByteBuffer(string: text), .text) }

    /// Says that nothing more comes.
    package func close() async throws { try await send(ByteBuffer(integer: UInt16(1000)), .connectionClose) }

    private func send(_ bytes: ByteBuffer, _ opcode: WebSocketOpcode) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: bytes))
    }
}
