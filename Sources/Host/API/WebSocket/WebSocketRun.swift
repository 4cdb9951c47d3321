import Logging
import NIOCore
import NIOWebSocket

/// Carries a WebSocket through its life: reads, answers pings, asks whether the other side is still there, closes.
enum WebSocketRun {
    /// Between two pings.
    static let pingInterval: Duration = .seconds(15)
    /// Without hearing anything for this long the other side is gone.
    static let silenceMax: Duration = .seconds(45)

    static func run(
        _ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, _ logger: Logger,
        _ handler: @escaping @Sendable (WebSocket) async throws -> Void
    ) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                let socket = WebSocket(outbound)
                // Each part ends the others when it ends.
                await withTaskGroup(of: (any Error)?.self) { group in
                    group.addTask { await outcome { try await handler(socket) } }
                    group.addTask { await outcome { try await socket.receive(inbound) } }
                    group.addTask { await outcome { try await watch(socket, channel.channel) } }
                    let failure = await group.next() ?? nil
                    // Before the others are cancelled: a cancelled task cannot write any more.
                    await goodbye(socket, failure, logger)
                    group.cancelAll()
                }
            }
        } catch {
            logger.debug("web socket is gone", metadata: ["error": "\(error)"])
        }
    }

    private static func outcome(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    private static func watch(_ socket: WebSocket, _ channel: any Channel) async throws {
        while true {
            try await Task.sleep(for: pingInterval)
            guard ContinuousClock.now - socket.heardAt < silenceMax else {
                // A goodbye would wait behind what the other side does not take.
                channel.close(promise: nil)
                return
            }
            // Not awaited: the write may be stuck behind a slow reader, and then the silence is noticed the next time.
            let data = WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())
            channel.writeAndFlush(data, promise: nil)
        }
    }

    private static func goodbye(_ socket: WebSocket, _ failure: (any Error)?, _ logger: Logger) async {
        do {
            switch failure {
            case nil: try await socket.close(.normalClosure)
            case let error as WebSocket.CloseError: try await socket.close(error.code, error.reason)
            case is CancellationError: try await socket.close(.goingAway, "the server stops")
            case let error as APIError: try await socket.close(.policyViolation, error.description)
            case let error?:
                logger.warning("web socket failed", metadata: ["error": "\(error)"])
                try await socket.close(.unexpectedServerError)
            }
        } catch {
            logger.debug("web socket ended before its goodbye", metadata: ["error": "\(error)"])
        }
    }
}
