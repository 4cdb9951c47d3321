import Logging
import NIOCore
import NIOWebSocket

/// A WebSocket whose binary messages are the bytes of a stream, in both directions.
///
/// Whoever is slow holds up the other side, and nobody else. An empty message says that no more bytes come from there.
enum ByteStreamSocket {
    static let pingInterval = Duration.seconds(20)

    /// Joins both until one of them ends; to be called on the socket's event loop.
    static func join(_ socket: any Channel, _ stream: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ logger: Logger) throws {
        let frames = try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(wrappingChannelSynchronously: socket)
        // Ends with either of the two, which the server closes when it stops.
        Task {
            do {
                try await frames.executeThenClose { incoming, outgoing in
                    try await stream.executeThenClose { bytes, writer in
                        try await withThrowingTaskGroup(of: Bool.self) { group in
                            group.addTask { try await fromClient(incoming, outgoing, to: writer) }
                            group.addTask { try await toClient(bytes, outgoing) }
                            group.addTask { try await keepAlive(outgoing) }
                            // The agent's end is the end; the client's is half of it.
                            while let isOver = try await group.next(), !isOver {}
                            group.cancelAll()
                        }
                    }
                }
            } catch {
                logger.debug("stream to an agent ended", metadata: ["stream.error": "\(error)"])
            }
        }
    }

    /// - Returns: whether all is over.
    private static func fromClient(
        _ frames: NIOAsyncChannelInboundStream<WebSocketFrame>, _ answers: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
        to writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Bool {
        for try await frame in frames {
            switch frame.opcode {
            case .binary, .continuation:
                let data = frame.unmaskedData
                if data.readableBytes == 0, frame.fin {
                    writer.finish()
                    continue
                }
                try await writer.write(data)
            case .ping: try await answers.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .connectionClose: return true
            default: continue
            }
        }
        return true
    }

    private static func toClient(
        _ bytes: NIOAsyncChannelInboundStream<ByteBuffer>, _ writer: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws -> Bool {
        for try await buffer in bytes where buffer.readableBytes > 0 {
            try await writer.write(WebSocketFrame(fin: true, opcode: .binary, data: buffer))
        }
        try await writer.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(integer: UInt16(1000))))
        return true
    }

    private static func keepAlive(_ writer: NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws -> Bool {
        while true {
            try await Task.sleep(for: pingInterval)
            try await writer.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
        }
    }
}
