import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Synchronization

/// A connection of HTTP/1.1 whose first request may ask for a WebSocket. Whether it gets one is decided where requests are answered; if not, the
/// request is answered like any other, and says why.
struct UpgradableChannel: HTTPChannelHandler {
    /// A connection, once it is known what it carries.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let outcome: EventLoopFuture<Outcome>
    }

    /// What a connection carries.
    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case messages(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, @Sendable (WebSocket) async throws -> Void)
        case taken
    }

    let responder: HTTPChannelHandler.Responder
    let limits: ServerLimits
    /// Decides on a WebSocket: nil for none.
    let upgrade: @Sendable (HTTPRequest, any Channel) async -> WebSocketAnswer?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let answer = Shared(Mutex<WebSocketAnswer?>(nil))
            let outcome = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration(answer, logger))
            let upgradeHandler = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Outcome>.self)
            let request = UpgradeRequest { [upgrade] head, channel in
                // What is no request is answered as one that is none.
                guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else { return false }
                let found = await upgrade(request, channel)
                answer.value.withLock { $0 = found }
                return found != nil
            }
            try pipeline.addHandler(request, position: .before(upgradeHandler))
            // Until the first request there is no other clock on the connection.
            let tooLate = channel.eventLoop.scheduleTask(in: TimeAmount(limits.headTime)) { channel.close(promise: nil) }
            outcome.whenComplete { _ in tooLate.cancel() }
            return Value(channel: channel, outcome: outcome)
        }
    }

    private func configuration(_ kept: Shared<Mutex<WebSocketAnswer?>>, _ logger: Logger) -> NIOUpgradableHTTPServerPipelineConfiguration<
        Outcome
    > {
        let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
            maxFrameSize: limits.frameSizeMax,
            // It was decided before.
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    switch kept.value.withLock({ $0 }) {
                    case .messages(let handler):
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(
                            NIOWebSocketFrameAggregator(
                                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64, maxAccumulatedFrameSize: limits.frameSizeMax))
                        try pipeline.addHandler(GoingAway())
                        return .messages(try NIOAsyncChannel(wrappingChannelSynchronously: channel), handler)
                    case .channel(let take):
                        try take(channel)
                        return .taken
                    case nil:
                        throw ChannelError.inappropriateOperationForState
                    }
                }
            })
        var result = NIOUpgradableHTTPServerPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [upgrader], notUpgradingCompletionHandler: { channel in http(channel, logger) }))
        result.enablePipelining = false
        result.enableResponseHeaderValidation = false
        result.decoderConfiguration.maxHeaderFieldSize = limits.headerSizeMax
        result.decoderConfiguration.maxHeaderListSize = limits.headerSizeMax
        result.decoderConfiguration.maxHeaderFieldCount = limits.headerCountMax
        return result
    }

    private func http(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: limits.idleTime, logger: logger))
            return .http(
                try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .messages(let channel, let handler): await WebSocketRun.run(channel, logger, handler)
            case .taken:
                try await withTaskCancellationHandler {
                    try await value.channel.closeFuture.get()
                } onCancel: {
                    value.channel.close(promise: nil)
                }
            }
        } catch {
            // It ended before a first request, or with something that is none.
            logger.trace("connection ended", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}

/// A value that several closures share.
private final class Shared<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}

/// Says goodbye on a WebSocket when the server stops.
private final class GoingAway: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        var data = context.channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: .goingAway)
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)), promise: nil)
        context.close(mode: .all, promise: nil)
    }
}
