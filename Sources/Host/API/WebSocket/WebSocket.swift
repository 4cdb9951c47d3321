import APITypes
package import NIOCore
package import NIOWebSocket
import Synchronization

/// The server's end of a WebSocket that carries messages.
package final class WebSocket: Sendable {
    /// A message that came.
    package enum Message: Sendable, Equatable {
        case text(String)
        case binary(ByteBuffer)
    }

    /// How it went.
    package struct CloseError: Error, Sendable, Equatable {
        package var code: WebSocketErrorCode
        package var reason: String
    }

    /// What the other side sends; ends when it closes. At most ``unreadMax`` messages wait here.
    package let messages: AsyncStream<Message>
    package static let unreadMax = 64

    private let incoming: AsyncStream<Message>.Continuation
    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private let wasClosed = Mutex(false)
    private let heard = Mutex(ContinuousClock.now)

    /// When something came last.
    var heardAt: ContinuousClock.Instant { heard.withLock { $0 } }

    init(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) {
        self.outbound = outbound
        (messages, incoming) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingOldest(Self.unreadMax))
    }

    /// Sends text, and returns when there is room for more.
    package func send(_ text: String) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
    }

    /// Sends bytes, and returns when there is room for more.
    package func send(_ bytes: ByteBuffer) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .binary, data: bytes))
    }

    /// Sends a model as text.
    package func send(json model: some Encodable) async throws {
        let bytes = try APICoder.bytes(model)
        try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: bytes)))
    }

    /// Says goodbye, once.
    func close(_ code: WebSocketErrorCode, _ reason: String = "") async throws {
        let isFirst = wasClosed.withLock { wasClosed in
            defer { wasClosed = true }
            return !wasClosed
        }
        guard isFirst else { return }
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        data.writeString(String(reason.prefix(100)))
        try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    }

    func ping() async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
    }

    /// Takes what the other side sends until it closes.
    func receive(_ frames: NIOAsyncChannelInboundStream<WebSocketFrame>) async throws {
        defer { incoming.finish() }
        for try await frame in frames {
            heard.withLock { $0 = .now }
            switch frame.opcode {
            case .text:
                guard let text = String(validating: frame.unmaskedData.readableBytesView, as: UTF8.self) else {
                    throw CloseError(code: .dataInconsistentWithMessage, reason: "text is not UTF-8")
                }
                try take(.text(text))
            case .binary: try take(.binary(frame.unmaskedData))
            case .ping: try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .connectionClose:
                // The answer to a goodbye is the same code; ours was perhaps first.
                var data = frame.unmaskedData
                let code = data.readWebSocketErrorCode() ?? .normalClosure
                return try await close(code)
            case .pong: break
            default: throw CloseError(code: .protocolError, reason: "unknown kind of frame")
            }
        }
    }

    private func take(_ message: Message) throws {
        guard case .dropped = incoming.yield(message) else { return }
        throw CloseError(code: .policyViolation, reason: "messages come faster than they are answered")
    }
}
