import NIOCore
import NIOHPACK
import NIOHTTP2

/// What a handler on a stream of a tunnel can ask for.
package enum TunnelStreamEvent: Sendable {
    /// The stream is to end at once, as something that went wrong: what was not sent is dropped.
    case reset
}

/// Makes a byte stream of an HTTP/2 stream that was accepted.
///
/// The end of what comes shows as `ChannelEvent.inputClosed`; closing output ends what goes; closing all sends first what was
/// written, as a socket does.
final class StreamBytes: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// Is there once output has ended, and completes when that was sent.
    private var outputEnd: EventLoopFuture<Void>?
    private var hasEndedInput = false
    private var isClosing = false

    /// How long what was written may take to be sent once the stream is closed.
    private static let closeTimeout = TimeAmount.seconds(10)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .data(let payload):
            if case .byteBuffer(let bytes) = payload.data, bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
            if payload.endStream { endInput(context) }
        case .headers(let payload): if payload.endStream { endInput(context) }
        default: break  // a reset comes as an error, windows are NIO's
        }
    }

    func endInput(_ context: ChannelHandlerContext) {
        guard !hasEndedInput else { return }
        hasEndedInput = true
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// A stream that was lost must not look like one that has ended.
    func channelInactive(context: ChannelHandlerContext) {
        if !hasEndedInput, !isClosing {
            context.fireErrorCaught(TunnelError(.disconnected, "the stream was lost before its end"))
        }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let idle = event as? IdleStateHandler.IdleStateEvent, idle == .all {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard outputEnd == nil else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        let bytes = unwrapOutboundIn(data)
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(bytes)))), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise)
        case .input: promise?.fail(ChannelError.operationUnsupported)
        case .all: closeAll(context, promise)
        }
    }

    private func endOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if let outputEnd { return outputEnd.cascade(to: promise) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        outputEnd = sent.futureResult
        sent.futureResult.cascade(to: promise)
        context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))), promise: sent)
    }

    private func closeAll(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        // Output that has ended may still wait for the other side's window: closing the stream would drop it.
        guard !isClosing, context.channel.isActive else {
            return context.close(mode: .all, promise: promise)
        }
        isClosing = true
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        let limit = context.eventLoop.scheduleTask(in: Self.closeTimeout) { bound.value.close(mode: .all, promise: nil) }
        sent.futureResult.whenComplete { _ in
            limit.cancel()
            bound.value.close(mode: .all, promise: nil)
        }
        if let promise { context.channel.closeFuture.cascade(to: promise) }
        endOutput(context, sent)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard case .reset? = event as? TunnelStreamEvent else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isClosing = true
        context.close(mode: .all, promise: promise)
    }
}
