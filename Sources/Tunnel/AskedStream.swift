import NIOCore
import NIOHPACK
import NIOHTTP2

/// The server's end of a stream until the agent has answered: sends the request, and reads what comes back.
final class AskedStream: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let request: TunnelRequest
    private let limits: TunnelLimits
    /// Is told once, synchronously, so that nothing is read before handlers are there. The answer's body is complete unless the
    /// request was for a stream.
    private var onAnswer: ((Result<TunnelResponse, TunnelError>) -> Void)?
    private var response: TunnelResponse?
    private var timeout: Scheduled<Void>?

    init(_ request: TunnelRequest, _ limits: TunnelLimits, _ onAnswer: @escaping (Result<TunnelResponse, TunnelError>) -> Void) {
        self.request = request
        self.limits = limits
        self.onAnswer = onAnswer
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HPACKHeaders([(":method", request.method)])
        if request.isStream {
            headers.add(name: ":authority", value: request.path)
        } else {
            headers.add(contentsOf: [(":scheme", "http"), (":authority", "agent"), (":path", request.path)].map { ($0.0, $0.1, .indexable) })
        }
        for (name, value) in request.headers { headers.add(name: name.lowercased(), value: value) }
        let isLast = !request.isStream && request.body.readableBytes == 0
        context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: isLast))), promise: nil)
        if !request.isStream, !isLast {
            context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(request.body), endStream: true))), promise: nil)
        }
        context.flush()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: limits.openTimeout) {
            let (handler, context) = bound.value
            handler.finish(.failure(TunnelError(.timeout, "the agent did not answer in time", status: 504)))
            context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard onAnswer != nil else { return context.fireChannelRead(data) }
        switch unwrapInboundIn(data) {
        case .headers(let payload):
            guard response == nil else { break }  // trailers
            guard let status = payload.headers.first(name: ":status").flatMap({ Int($0) }) else {
                return fail(context, "the agent's answer has no status")
            }
            var answer = TunnelResponse(status: status)
            answer.headers = payload.headers.filter { !$0.name.hasPrefix(":") }.map { ($0.name, $0.value) }
            response = answer
            if request.isStream, (200..<300).contains(status) {
                opened(context, answer)
                if payload.endStream { context.fireChannelRead(wrapInboundOut(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))) }
            } else if payload.endStream {
                complete(context)
            }
        case .data(let payload):
            guard case .byteBuffer(var bytes) = payload.data else { return }
            guard (response?.body.readableBytes ?? 0) + bytes.readableBytes <= limits.bodySizeMax else {
                return fail(context, "the agent's answer is longer than \(limits.bodySizeMax) bytes")
            }
            response?.body.writeBuffer(&bytes)
            if payload.endStream { complete(context) }
        default: break
        }
    }

    /// From here on the stream is somebody else's: handlers are added behind us, and we hand on what comes.
    private func opened(_ context: ChannelHandlerContext, _ answer: TunnelResponse) { finish(.success(answer)) }

    private func complete(_ context: ChannelHandlerContext) {
        guard let response else { return fail(context, "the agent's answer has no beginning") }
        guard request.isStream else { return finish(.success(response)) }
        let reason = response.headers.first { $0.0 == TunnelProtocol.reasonHeader }?.1 ?? String(buffer: response.body)
        let code: TunnelError.Code = response.status == 504 ? .timeout : response.status == 429 ? .limit : .refused
        finish(.failure(TunnelError(code, reason.isEmpty ? "the agent refuses with status \(response.status)" : reason, status: response.status)))
        context.close(promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ message: String) {
        finish(.failure(TunnelError(.protocol, message, status: 502)))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<TunnelResponse, TunnelError>) {
        timeout?.cancel()
        let tell = onAnswer
        onAnswer = nil
        tell?(result)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard onAnswer != nil else { return context.fireErrorCaught(error) }
        finish(.failure(TunnelError(.refused, "the agent ended the stream: \(error)", status: 502)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(TunnelError(.disconnected, "the connection to the agent was lost", status: 502)))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(.failure(TunnelError(.disconnected, "the connection to the agent was lost", status: 502)))
    }
}
