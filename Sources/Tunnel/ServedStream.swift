import NIOCore
import NIOHPACK
import NIOHTTP2

/// The agent's end of a stream: reads what is asked for, has it made ready, and hands over.
final class ServedStream: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum State {
        /// Nothing was asked yet.
        case waiting
        /// A target is made ready; what comes meanwhile is kept, at most what the stream's window lets through.
        case opening(kept: [HTTP2Frame.FramePayload])
        /// The body of an ordinary request is read.
        case reading(TunnelRequest)
        /// It is answered.
        case answering
        /// What comes is handed on.
        case open
    }

    private let service: any TunnelService
    private let limits: TunnelLimits
    private var state = State.waiting
    private var wantsRead = false

    init(_ service: any TunnelService, _ limits: TunnelLimits) {
        self.service = service
        self.limits = limits
    }

    /// Holds back reading while a target is made ready, so that the other side cannot fill our memory.
    func read(context: ChannelHandlerContext) {
        if case .opening = state { wantsRead = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            guard case .headers(let payload) = unwrapInboundIn(data) else { return }
            begin(context, payload)
        case .opening(var kept):
            kept.append(unwrapInboundIn(data))
            state = .opening(kept: kept)
        case .reading(var request):
            guard case .data(let payload) = unwrapInboundIn(data), case .byteBuffer(var bytes) = payload.data else { return }
            guard request.body.readableBytes + bytes.readableBytes <= limits.bodySizeMax else {
                return refuse(context, 413, "the body is longer than \(limits.bodySizeMax) bytes")
            }
            request.body.writeBuffer(&bytes)
            state = .reading(request)
            if payload.endStream { answer(context, request) }
        case .answering: break
        case .open: context.fireChannelRead(data)
        }
    }

    private func begin(_ context: ChannelHandlerContext, _ payload: HTTP2Frame.FramePayload.Headers) {
        let plain = payload.headers.filter { !$0.name.hasPrefix(":") }.map { ($0.name, $0.value) }
        guard payload.headers.first(name: ":method") == "CONNECT" else {
            let request = TunnelRequest(
                method: payload.headers.first(name: ":method") ?? "GET", path: payload.headers.first(name: ":path") ?? "/", headers: plain)
            state = .reading(request)
            if payload.endStream { answer(context, request) }
            return
        }
        let authority = payload.headers.first(name: ":authority") ?? ""
        guard let target = TunnelTarget(authority: authority) else {
            return refuse(context, 400, "\"\(authority.prefix(100))\" is no target that this agent knows")
        }
        state = .opening(kept: payload.endStream ? [.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))] : [])
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        service.open(TunnelOpening(target: target, headers: plain, eventLoop: context.eventLoop)).hop(to: context.eventLoop).whenComplete {
            let (handler, context) = bound.value
            switch $0 {
            case .success(let acceptance): handler.accept(context, acceptance)
            case .failure(let error):
                let known = error as? TunnelError
                handler.refuse(context, known?.status ?? 502, known?.message ?? "\(error)")
            }
        }
    }

    private func accept(_ context: ChannelHandlerContext, _ acceptance: TunnelAcceptance) {
        guard case .opening(let kept) = state, context.channel.isActive else { return acceptance.cancel() }
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(IdleStateHandler(allTimeout: limits.idleTimeout), position: .after(self))
            let idle = try pipeline.handler(type: IdleStateHandler.self)
            try pipeline.addHandler(StreamBytes(), position: .after(idle))
            context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: [":status": "200"]))), promise: nil)
            try acceptance.install(context.channel)
        } catch {
            acceptance.cancel()
            return context.close(promise: nil)
        }
        state = .open
        for payload in kept { context.fireChannelRead(wrapInboundOut(payload)) }
        if !kept.isEmpty { context.fireChannelReadComplete() }
        if wantsRead {
            wantsRead = false
            context.read()
        }
    }

    private func answer(_ context: ChannelHandlerContext, _ request: TunnelRequest) {
        state = .answering
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let service = service
        let promise = context.eventLoop.makePromise(of: TunnelResponse.self)
        // Ends with the answer; a stream that is gone by then takes none.
        promise.completeWithTask { await service.respond(to: request) }
        promise.futureResult.whenSuccess { response in
            let (handler, context) = bound.value
            guard context.channel.isActive else { return }
            handler.send(context, response)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ status: Int, _ reason: String) {
        state = .answering
        let ascii = String(reason.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 ? Character($0) : "?" }.prefix(400))
        send(context, TunnelResponse(status: status, headers: [(TunnelProtocol.reasonHeader, ascii)]))
    }

    private func send(_ context: ChannelHandlerContext, _ response: TunnelResponse) {
        var headers = HPACKHeaders([(":status", "\(response.status)")])
        for (name, value) in response.headers { headers.add(name: name, value: value) }
        let isLast = response.body.readableBytes == 0
        context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: isLast))), promise: nil)
        if !isLast { context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(response.body), endStream: true))), promise: nil) }
        context.flush()
    }
}
