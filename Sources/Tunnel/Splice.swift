import Glibc
package import NIOCore

/// Joins two byte streams: what comes on one goes out on the other, no faster than that one takes it.
package final class Splice: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private var partner: Splice?
    private var context: ChannelHandlerContext?
    private var wantsRead = false

    private init() {}

    /// Joins two channels that live on one loop. To be called there, before anything is read from either.
    package static func join(_ left: any Channel, _ right: any Channel) throws {
        let (first, second) = (Splice(), Splice())
        (first.partner, second.partner) = (second, first)
        try left.pipeline.syncOperations.addHandler(first)
        try right.pipeline.syncOperations.addHandler(second)
    }

    package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) { partner?.context?.write(data, promise: nil) }

    package func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    package func read(context: ChannelHandlerContext) {
        if partner?.context?.channel.isWritable ?? false { context.read() } else { wantsRead = true }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resume() }
        context.fireChannelWritabilityChanged()
    }

    private func resume() {
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            partner?.context?.close(mode: .output, promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        partner?.reset()
        context.close(promise: nil)
    }

    /// What broke on one side breaks on the other: a lost connection must not look like a finished one.
    private func reset() { context?.triggerUserOutboundEvent(TunnelStreamEvent.reset, promise: nil) }

    package func channelInactive(context: ChannelHandlerContext) {
        let other = partner
        partner = nil
        other?.context?.close(promise: nil)
        context.fireChannelInactive()
    }

}

/// Ends a socket once what was written is sent; abruptly when its stream was: whoever reads from it sees a reset.
///
/// NIO drops what was not sent when a socket is closed, and also when its output is closed after its input has ended.
package final class SocketEnd: ChannelOutboundHandler {
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private let timeout: TimeAmount

    /// - Parameter timeout: how long what was written may take to be sent once the socket is closed.
    package init(timeout: TimeAmount = .minutes(10)) { self.timeout = timeout }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, context.channel.isActive else { return context.close(mode: mode, promise: promise) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        let limit = context.eventLoop.scheduleTask(in: timeout) { bound.value.close(mode: .all, promise: nil) }
        sent.futureResult.whenComplete { _ in
            limit.cancel()
            bound.value.close(mode: mode, promise: promise)
        }
        // Is sent after all that was written.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
    }

    package func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard case .reset? = event as? TunnelStreamEvent else { return context.triggerUserOutboundEvent(event, promise: promise) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: promise) }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in bound.value.close(promise: promise) }
    }
}
