package import NIOCore
import NIOHTTP1

/// A small HTTP client: one request after the other to one server, over one connection that is kept while it lasts.
package actor HTTPRequester {
    package struct Response: Sendable {
        package var status: Int
        package var headers: [(String, String)]
        package var body: ByteBuffer

        /// The first header of a name, whatever its case.
        package func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name }?.1 }
    }

    private let server: ServerAddress
    private let dialer: Dialer
    private let group: any EventLoopGroup
    private let headers: [(String, String)]
    private let timeout: TimeAmount
    private let bodySizeMax: Int
    private var channel: (any Channel)?
    private var last: Task<Void, Never>?

    /// - Parameter headers: what every request says.
    package init(
        _ server: ServerAddress, _ dialer: Dialer, _ group: any EventLoopGroup, headers: [(String, String)] = [],
        timeout: TimeAmount = .seconds(30), bodySizeMax: Int = 16 << 20
    ) {
        (self.server, self.dialer, self.group, self.headers) = (server, dialer, group, headers)
        (self.timeout, self.bodySizeMax) = (timeout, bodySizeMax)
    }

    /// Sends a request, and gives the answer whatever its status is.
    ///
    /// One that a kept connection swallowed is sent again, so it must do no harm twice.
    package func send(_ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json") async throws -> Response {
        let before = last
        let task = Task {
            // One at a time: answers come in order, and the server's memory is not ours to fill.
            await before?.value
            return try await perform(method, path, body, type)
        }
        // Failures are told to whoever asked.
        last = Task { _ = await task.result }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func perform(_ method: String, _ path: String, _ body: [UInt8]?, _ type: String) async throws -> Response {
        try Task.checkCancellation()
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: server.prefix + path)
        head.headers.add(name: "Host", value: server.authority)
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        if let body {
            head.headers.add(name: "Content-Type", value: type)
            head.headers.add(name: "Content-Length", value: "\(body.count)")
        }
        if let kept = channel, kept.isActive {
            do { return try await exchange(kept, head, body) } catch let error as DialingError where error.code == .connect {}  // it had ended
        }
        channel = nil
        let fresh = try await connect()
        return try await exchange(fresh, head, body)
    }

    private func connect() async throws -> any Channel {
        let sizeMax = bodySizeMax
        return try await dialer.connect(to: server, on: group) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                try channel.pipeline.syncOperations.addHandler(HTTPExchange(bodySizeMax: sizeMax))
                return channel
            }
        }
    }

    private func exchange(_ channel: any Channel, _ head: HTTPRequestHead, _ body: [UInt8]?) async throws -> Response {
        let promise = channel.eventLoop.makePromise(of: HTTPExchange.Outcome.self)
        let limit = channel.eventLoop.scheduleTask(in: timeout) {
            promise.fail(DialingError(.timeout, "the server did not answer in time"))
            channel.close(promise: nil)
        }
        let request = HTTPExchange.Request(head: head, body: body.map { ByteBuffer(bytes: $0) }, promise: promise)
        channel.writeAndFlush(request).whenFailure { _ in promise.fail(DialingError(.connect, "the connection to the server ended")) }
        let outcome = try await withTaskCancellationHandler {
            try await promise.futureResult.always { _ in limit.cancel() }.get()
        } onCancel: {
            promise.fail(CancellationError())
            channel.close(promise: nil)
        }
        self.channel = outcome.isKept ? channel : nil
        if !outcome.isKept { channel.close(promise: nil) }
        return outcome.response
    }

    /// Ends the connection that was kept.
    package func close() {
        channel?.close(promise: nil)
        channel = nil
    }
}

/// One request and its answer on a connection.
final class HTTPExchange: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Request
    typealias OutboundOut = HTTPClientRequestPart

    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: ByteBuffer?
        var promise: EventLoopPromise<Outcome>
    }

    struct Outcome: Sendable {
        var response: HTTPRequester.Response
        var isKept: Bool
    }

    private let bodySizeMax: Int
    private var promise: EventLoopPromise<Outcome>?
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    init(bodySizeMax: Int) { self.bodySizeMax = bodySizeMax }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        (self.promise, head, body) = (request.promise, nil, ByteBuffer())
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if let bytes = request.body { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(var bytes):
            guard body.readableBytes + bytes.readableBytes <= bodySizeMax else {
                fail(DialingError(.response, "the server's answer is longer than \(bodySizeMax) bytes"))
                context.close(promise: nil)
                return
            }
            body.writeBuffer(&bytes)
        case .end:
            guard let head else { return }
            let response = HTTPRequester.Response(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: body)
            promise?.succeed(Outcome(response: response, isKept: head.isKeepAlive))
            promise = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            fail(DialingError(.trust, "the server's certificate is not trusted"))
        } else {
            fail(
                head == nil && error is IOError
                ? DialingError(.connect, "the connection to the server ended: \(text.prefix(200))")
                : DialingError(.response, "the server's answer cannot be read: \(text.prefix(200))"))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(DialingError(.connect, "the connection to the server ended without an answer"))
        context.fireChannelInactive()
    }

    private func fail(_ error: DialingError) {
        promise?.fail(error)
        promise = nil
    }
}
