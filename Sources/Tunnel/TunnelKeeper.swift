import NIOCore
import NIOHTTP2

/// Watches one connection: asks whether the other side is still there, and ends what cannot go on.
final class TunnelKeeper: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let bytes: WebSocketBytes
    private let limits: TunnelLimits
    private var next: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(_ bytes: WebSocketBytes, _ limits: TunnelLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(context, limits.pingInterval, asked: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        next?.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        next?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .goAway(_, let code, _) = unwrapInboundIn(data).payload, code != .noError {
            end(.protocolError, TunnelError(.protocol, "the other side gave up: \(code)"))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOHTTP2Errors.NoSuchStream, is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.StreamError: break  // one stream's
        default: end(.protocolError, TunnelError(.protocol, "the connection cannot go on: \(error)"))
        }
    }

    /// Ends the connection, from anywhere on its loop.
    func end(_ code: TunnelCloseCode, _ why: TunnelError) {
        guard let context, let below = try? context.pipeline.syncOperations.context(handler: bytes) else { return }  // has ended
        bytes.end(below, code, why)
    }

    private func schedule(_ context: ChannelHandlerContext, _ time: TimeAmount, asked: NIODeadline?) {
        next = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.look(asked: asked) }
    }

    private func look(asked: NIODeadline?) {
        guard let context, context.channel.isActive else { return }
        if let asked, bytes.lastHeard < asked {
            return end(.goingAway, TunnelError(.silent, "nothing was heard for \((.now() - bytes.lastHeard).nanoseconds / 1_000_000_000) s"))
        }
        guard asked == nil else { return schedule(context, limits.pingInterval, asked: nil) }
        // Through HTTP/2, so that an answer proves all of it alive.
        let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 0), ack: false))
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
        schedule(context, limits.pingTimeout, asked: .now())
    }
}
