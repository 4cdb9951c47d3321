import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A socket that speaks WebSocket, or what the server said instead.
private enum Upgraded: Sendable {
    case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>)
    case refused(NIOAsyncChannel<HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>>)
}

extension APIClient {
    /// Opens a WebSocket, and closes it when `body` is done.
    ///
    /// - Throws: ``APIError`` if the server refuses or cannot be reached; what `body` throws.
    package func webSocket<Result: Sendable>(
        _ path: String, query: [(String, String)] = [], _ body: @Sendable (WebSocketStream) async throws -> Result
    ) async throws -> Result {
        let name = "GET \(path)"
        let upgraded: Upgraded
        do {
            upgraded = try await connect(path, query).get()
        } catch {
            throw unreachable(error, name)
        }
        switch upgraded {
        case .socket(let channel):
            return try await channel.executeThenClose { inbound, outbound in
                try await body(WebSocketStream(inbound: inbound, outbound: outbound))
            }
        case .refused(let channel):
            throw try await channel.executeThenClose { inbound, _ in try await Self.refusal(inbound, name) }
        }
    }

    private static func refusal(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ name: String) async throws -> APIError {
        var status = 0
        var bytes: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let head): status = Int(head.status.code)
            case .body(let buffer) where bytes.count < 1 << 20: bytes += buffer.readableBytesView
            case .body: break
            case .end: return APIError(status: status, body: bytes, request: name)
            }
        }
        return APIError(status: status, body: bytes, request: name)
    }

    private func connect(_ path: String, _ query: [(String, String)]) async throws -> EventLoopFuture<Upgraded> {
        let (url, headers) = (url, headers)
        let tls = url.isSecure ? try NIOSSLContext(configuration: .client(trusting: trust)) : nil
        return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(15))
            .connect(host: url.host, port: url.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // An address is no name that a client may send.
                        let isAddress = (try? SocketAddress(ipAddress: url.host, port: 0)) != nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : url.host))
                    }
                    return try Self.upgrade(channel, url, url.target(path, query: query), headers)
                }
            }
    }

    private static func upgrade(_ channel: any Channel, _ url: ServerURL, _ target: String, _ headers: HTTPHeaders) throws
        -> EventLoopFuture<Upgraded>
    {
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgraded>(maxFrameSize: WebSocketStream.messageMaxBytes) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                .socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        head.headers.add(name: "Host", value: url.authority)
        head.headers.add(name: "Content-Length", value: "0")
        let configuration = NIOTypedHTTPClientUpgradeConfiguration<Upgraded>(
            upgradeRequestHead: head, upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture { .refused(try NIOAsyncChannel(wrappingChannelSynchronously: channel)) }
            })
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
        // The first frame may come right behind the answer.
        pipeline.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
    }
}
