import NIOCore
import NIOWebSocket

/// Which side of a tunnel a connection is.
enum TunnelRole: Sendable {
    /// Dialled out: masks what it sends, and serves HTTP/2.
    case agent
    /// Was dialled: asks for streams.
    case server
}

/// Makes the bytes of the HTTP/2 connection of a WebSocket's binary frames, and the other way round.
///
/// Where one frame ends says nothing: a message may come in any number of frames. Back-pressure is the channel's own, for nothing
/// is kept here beyond a flush.
final class WebSocketBytes: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let role: TunnelRole
    private let limits: TunnelLimits
    private var pending = ByteBuffer()
    private var promises: [EventLoopPromise<Void>] = []
    /// Whether a message has begun that has not ended.
    private var isInMessage = false
    private var isClosing = false
    /// Whoever closes the connection says why.
    private(set) var reason: TunnelError?
    /// When something was last heard.
    private(set) var lastHeard = NIODeadline.now()

    init(_ role: TunnelRole, _ limits: TunnelLimits) {
        self.role = role
        self.limits = limits
    }

    // MARK: what comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        lastHeard = .now()
        guard !isClosing else { return }
        // RFC 6455, 5.1: clients mask, servers do not.
        guard (frame.maskKey != nil) == (role == .server), frame.reservedBits.isEmpty else {
            return fail(context, "a WebSocket frame is masked as it must not be, or has bits that nobody agreed on")
        }
        var bytes = frame.data
        if let key = frame.maskKey { bytes.applyWebSocketMask(key) }
        frame.data = ByteBuffer()
        switch frame.opcode {
        case .binary, .continuation:
            guard (frame.opcode == .continuation) == isInMessage else {
                return fail(context, "WebSocket frames come in an order in which no message can be")
            }
            isInMessage = !frame.fin
            if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        case .ping:
            send(context, .pong, bytes, nil)
            context.flush()
        case .pong: break
        case .connectionClose: closed(context, bytes)
        default: fail(context, "only binary WebSocket frames belong into a tunnel")
        }
    }

    private func closed(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
        var bytes = bytes
        let code = bytes.readInteger(as: UInt16.self)
        let text = String(buffer: bytes)
        if reason == nil {
            reason =
                switch code.flatMap(TunnelCloseCode.init) {
                case .replaced: TunnelError(.replaced, "a newer connection of the same agent took over")
                case .unauthorized: TunnelError(.unauthorized, text.isEmpty ? "the server does not accept the agent's token any more" : text)
                default:
                    TunnelError(.disconnected, "the other side closed the connection" + (text.isEmpty ? "" : ": \(text.prefix(200))"))
                }
        }
        close(context, code, "")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOWebSocketError {
            fail(context, "a WebSocket frame breaks the protocol: \(error)")
        } else {
            reason = reason ?? TunnelError(.disconnected, "the connection broke: \(error)")
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    private func fail(_ context: ChannelHandlerContext, _ message: String) {
        reason = reason ?? TunnelError(.protocol, message)
        close(context, TunnelCloseCode.protocolError.rawValue, message)
    }

    /// Ends the connection, and tells the other side why if it still listens.
    func end(_ context: ChannelHandlerContext, _ code: TunnelCloseCode, _ why: TunnelError) {
        reason = reason ?? why
        close(context, code.rawValue, why.message)
    }

    private func close(_ context: ChannelHandlerContext, _ code: UInt16?, _ message: String) {
        guard !isClosing else { return }
        isClosing = true
        var bytes = context.channel.allocator.buffer(capacity: 125)
        if let code {
            bytes.writeInteger(code)
            // A control frame has 125 bytes at most.
            bytes.writeString(String(message.unicodeScalars.filter(\.isASCII).prefix(120)))
        }
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        send(context.value, .connectionClose, bytes, sent)
        context.value.flush()
        // The other side may not read any more.
        let limit = context.eventLoop.scheduleTask(in: .seconds(2)) { context.value.close(promise: nil) }
        sent.futureResult.whenComplete { _ in
            limit.cancel()
            context.value.close(promise: nil)
        }
    }

    // MARK: what goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = unwrapOutboundIn(data)
        if let promise { promises.append(promise) }
        guard !isClosing else { return drop() }
        pending.writeBuffer(&bytes)
        if pending.readableBytes >= limits.frameSize { emit(context) }
    }

    func flush(context: ChannelHandlerContext) {
        emit(context)
        context.flush()
    }

    private func emit(_ context: ChannelHandlerContext) {
        guard pending.readableBytes > 0 || !promises.isEmpty else { return }
        let bytes = pending
        pending = ByteBuffer()
        let waiting = promises
        promises = []
        guard !waiting.isEmpty else { return send(context, .binary, bytes, nil) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { result in for promise in waiting { promise.completeWith(result) } }
        send(context, .binary, bytes, sent)
    }

    private func drop() {
        let waiting = promises
        promises = []
        for promise in waiting { promise.fail(ChannelError.outputClosed) }
    }

    private func send(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        switch role {
        case .server:
            // Behind us stands the encoder of whoever upgraded the connection.
            context.write(NIOAny(WebSocketFrame(fin: true, opcode: opcode, data: bytes)), promise: promise)
        case .agent:
            var frame = context.channel.allocator.buffer(capacity: bytes.readableBytes + 14)
            frame.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
            switch bytes.readableBytes {
            case ...125: frame.writeInteger(0x80 | UInt8(bytes.readableBytes))
            case ...0xFFFF: frame.writeMultipleIntegers(UInt8(0x80 | 126), UInt16(bytes.readableBytes))
            case let size: frame.writeMultipleIntegers(UInt8(0x80 | 127), UInt64(size))
            }
            let key = WebSocketMaskingKey.random()
            frame.writeBytes(key)
            var masked = bytes
            masked.applyWebSocketMask(key)
            frame.writeBuffer(&masked)
            context.write(wrapOutboundOut(frame), promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        drop()
        context.fireChannelInactive()
    }
}
