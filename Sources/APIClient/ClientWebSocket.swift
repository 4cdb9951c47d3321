import APITypes
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

extension APIClient {
    /// Listens to a WebSocket of the server, and hands on each message, until the server closes it well.
    ///
    /// - Parameter receive: gets the messages one after another; what it throws ends the connection.
    /// - Throws: ``APIClientError`` if there is no WebSocket, or it breaks off.
    package func listen<Message: Decodable & Sendable>(
        _ path: String, query: [(String, String?)] = [], as type: Message.Type = Message.self,
        _ receive: @Sendable (Message) async throws -> Void
    ) async throws {
        let name = "GET \(url)\(path)"
        let channel = try await connect(Self.target(path, query), name)
        try await channel.executeThenClose { inbound, outbound in
            var isClosedWell = false
            for try await frame in inbound {
                switch frame.opcode {
                case .text, .binary: try await receive(try Self.decode(type, frame.unmaskedData, name))
                case .ping:
                    try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData))
                case .connectionClose:
                    var data = frame.unmaskedData
                    let code = data.readWebSocketErrorCode() ?? .normalClosure
                    let reason = String(buffer: data)
                    var goodbye = ByteBuffer()
                    goodbye.write(webSocketErrorCode: code)
                    try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: goodbye))
                    guard code == .normalClosure else {
                        throw APIClientError(.unexpected, name, "the server ended the stream: \(reason.isEmpty ? "\(code)" : reason)")
                    }
                    isClosedWell = true
                default: break
                }
                if isClosedWell { break }
            }
            guard isClosedWell else { throw APIClientError(.unreachable, name, "the connection broke off") }
        }
    }

    private typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    private func connect(_ target: String, _ name: String) async throws -> Frames {
        let url = url
        let context = url.isSecure ? try NIOSSLContext(configuration: Self.tls(options)) : nil
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.prefix + target)
        head.headers.add(name: "host", value: url.authority)
        for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
        let request = head
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(10))
        let upgraded: EventLoopFuture<Result<Frames, APIClientError>>
        do {
            upgraded = try await bootstrap.connect(host: url.host, port: url.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        // An address is checked against the certificate too, but is no name to announce.
                        let serverName = url.host.contains(where: \.isLetter) && !url.host.contains(":") ? url.host : nil
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: serverName))
                    }
                    return try Self.upgrade(channel, request, name)
                }
            }
        } catch {
            throw APIClientError(.unreachable, name, "\(url) does not answer: \(error)")
        }
        do {
            return try await upgraded.get().get()
        } catch let error as APIClientError {
            throw error
        } catch {
            throw APIClientError(.unreachable, name, "\(url) does not open a WebSocket: \(error)")
        }
    }

    private static func upgrade(
        _ channel: any Channel, _ request: HTTPRequestHead, _ name: String
    ) throws -> EventLoopFuture<Result<Frames, APIClientError>> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Result<Frames, APIClientError>>(maxFrameSize: 16 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024, maxAccumulatedFrameSize: 16 << 20))
                return .success(try Frames(wrappingChannelSynchronously: channel))
            }
        }
        let configuration = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: request, upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                let promise = channel.eventLoop.makePromise(of: Result<Frames, APIClientError>.self)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RefusalReader(promise, name))
                }.flatMap { promise.futureResult }
            })
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration))
    }
}

/// Reads why a server did not open a WebSocket.
private final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<Result<APIClientConnection, APIClientError>>
    private let name: String
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    private static let sizeMax = 64 << 10

    typealias APIClientConnection = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    init(_ promise: EventLoopPromise<Result<APIClientConnection, APIClientError>>, _ name: String) {
        self.promise = promise
        self.name = name
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(var bytes):
            body.writeBuffer(&bytes)
            if body.readableBytes > Self.sizeMax { finish(context) }
        case .end: finish(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    private func finish(_ context: ChannelHandlerContext) {
        if let head {
            promise.succeed(.failure(APIClient.refusal(Int(head.status.code), head.headers, body, name)))
        } else {
            promise.succeed(.failure(APIClientError(.unreachable, name, "the server closed the connection without an answer")))
        }
        context.close(promise: nil)
    }
}
