import NIOCore
import NIOHTTP1

/// Keeps the first request of a connection while it is decided whether it gets a WebSocket: NIO's upgrade handler drops the parts of one that
/// does not.
///
/// A wish for any other protocol is taken out of the request, which is then an ordinary one.
final class UpgradeRequest: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private enum State {
        case waiting
        case asked(HTTPRequestHead, isComplete: Bool)
        case ordinary
    }

    private var state = State.waiting

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting: context.fireChannelRead(wrapInboundOut(first(unwrapInboundIn(data))))
        case .asked(let head, false):
            if case .end = unwrapInboundIn(data) { state = .asked(head, isComplete: true) }
            context.fireChannelRead(data)
        // What follows may be frames of the WebSocket.
        case .asked, .ordinary: context.fireChannelRead(data)
        }
    }

    private func first(_ part: HTTPServerRequestPart) -> HTTPServerRequestPart {
        guard case .head(var head) = part else { return part }
        if head.headers[canonicalForm: "upgrade"].map({ $0.lowercased() }) == ["websocket"], head.method == .GET {
            state = .asked(head, isComplete: false)
            return part
        }
        state = .ordinary
        head.headers.remove(name: "Upgrade")
        return .head(head)
    }

    /// Gives the request, which gets no WebSocket, to the handlers behind the upgrade handler.
    func resume(behind upgradeHandler: ChannelHandlerContext) {
        guard case .asked(let head, let isComplete) = state else { return }
        state = .ordinary
        upgradeHandler.fireChannelRead(wrapInboundOut(.head(head)))
        // An end that is still to come passes the upgrade handler by itself.
        if isComplete { upgradeHandler.fireChannelRead(wrapInboundOut(.end(nil))) }
        upgradeHandler.fireChannelReadComplete()
    }
}
