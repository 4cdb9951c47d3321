import NIOCore
import NIOHTTP1

/// Decides on a connection's first request whether it gets a WebSocket, before NIO's upgrade handler sees it: that one drops a request that it
/// does not upgrade, and nobody would answer.
///
/// A wish that is not granted is taken out of the request, which is then an ordinary one.
final class UpgradeRequest: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private enum State {
        case waiting
        case deciding
        case decided
    }

    /// How much may come until it is decided: a request for a WebSocket has no body.
    private static let heldMax = 64

    private var state = State.waiting
    private var held: [HTTPServerRequestPart] = []
    private let decide: @Sendable (HTTPRequestHead, any Channel) async -> Bool

    /// - Parameter decide: whether a request for a WebSocket gets one.
    init(decide: @escaping @Sendable (HTTPRequestHead, any Channel) async -> Bool) { self.decide = decide }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            let part = unwrapInboundIn(data)
            guard case .head(var head) = part else { return context.fireChannelRead(data) }
            if head.method == .GET, head.headers[canonicalForm: "upgrade"].map({ $0.lowercased() }) == ["websocket"] {
                state = .deciding
                held = [part]
                return ask(head, context)
            }
            state = .decided
            head.headers.remove(name: "Upgrade")
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .deciding:
            held.append(unwrapInboundIn(data))
            if held.count > Self.heldMax { context.close(promise: nil) }
        // What follows may be frames of the WebSocket.
        case .decided: context.fireChannelRead(data)
        }
    }

    private func ask(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let answer = context.eventLoop.makePromise(of: Bool.self)
        let (channel, decide) = (context.channel, decide)
        answer.completeWithTask { await decide(head, channel) }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        answer.futureResult.whenSuccess { isGranted in bound.value.handler.resume(isGranted, bound.value.context) }
    }

    private func resume(_ isGranted: Bool, _ context: ChannelHandlerContext) {
        state = .decided
        let parts = held
        held = []
        for part in parts {
            if case .head(var head) = part, !isGranted {
                head.headers.remove(name: "Upgrade")
                context.fireChannelRead(wrapInboundOut(.head(head)))
            } else {
                context.fireChannelRead(wrapInboundOut(part))
            }
        }
        context.fireChannelReadComplete()
    }
}
