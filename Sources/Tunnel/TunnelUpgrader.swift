import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks for the WebSocket of a tunnel; frames are encoded by ``WebSocketBytes``, which masks faster than NIO's encoder does.
struct TunnelUpgrader: NIOTypedHTTPClientProtocolUpgrader {
    /// Why the server did not upgrade, once that was read; nil if it did.
    typealias UpgradeResult = EventLoopFuture<TunnelError>?

    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []
    private let handshake = NIOTypedWebSocketClientUpgrader<Void> { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    let frameSizeMax: Int

    func addCustom(upgradeRequestHeaders: inout HTTPHeaders) { handshake.addCustom(upgradeRequestHeaders: &upgradeRequestHeaders) }

    func shouldAllowUpgrade(upgradeResponse: HTTPResponseHead) -> Bool { handshake.shouldAllowUpgrade(upgradeResponse: upgradeResponse) }

    /// What writes is added once the upgrade is complete: until then what is written is dropped.
    func upgrade(channel: any Channel, upgradeResponse: HTTPResponseHead) -> EventLoopFuture<UpgradeResult> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: frameSizeMax)))
            return nil
        }
    }
}

/// Reads the answer of a server that did not upgrade, as far as it says why.
final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<TunnelError>
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    private static let sizeMax = 16 << 10

    init(_ promise: EventLoopPromise<TunnelError>) { self.promise = promise }

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
        promise.succeed(TunnelError(.notTheServer, "what answers does not speak HTTP: \(error)"))
        context.close(promise: nil)
    }

    private func finish(_ context: ChannelHandlerContext) {
        promise.succeed(Refusal.error(head, String(buffer: body)))
        context.close(promise: nil)
    }
}

/// What a server means that does not upgrade a connection.
enum Refusal {
    static func error(_ head: HTTPResponseHead?, _ body: String) -> TunnelError {
        guard let head else { return TunnelError(.unavailable, "the server closed the connection without an answer") }
        let status = Int(head.status.code)
        let isHTML = head.headers.first(name: "content-type")?.lowercased().hasPrefix("text/html") ?? false
        let said = isHTML ? "" : message(body)
        let text = said.isEmpty ? "" : ": \(said)"
        switch status {
        case 401, 403: return TunnelError(.unauthorized, "the server does not accept the agent's token\(text)", status: status)
        case 426: return TunnelError(.version, said.isEmpty ? "the server speaks another version of the tunnel" : said, status: status)
        case 429, 500...599: return TunnelError(.unavailable, "the server answers with status \(status)\(text)", status: status)
        case 300..<400:
            let location = head.headers.first(name: "location").map { " to \($0.prefix(200))" } ?? ""
            return TunnelError(.notTheServer, "the access URL leads elsewhere: it redirects\(location)", status: status)
        default:
            let what = isHTML ? "a web page" : "status \(status)"
            return TunnelError(
                .notTheServer,
                "what answers at the access URL is not the server, or a proxy before it does not let WebSockets through: it answers with \(what)\(text)",
                status: status)
        }
    }

    /// The sentence in `{"message": …}`, without a reader of JSON; else the beginning of plain text.
    private static func message(_ body: String) -> String {
        var text = Substring(body)
        if let key = body.firstRange(of: "\"message\""), let open = body[key.upperBound...].firstIndex(of: "\"") {
            text = body[body.index(after: open)...]
            if let end = text.firstIndex(of: "\"") { text = text[..<end] }
        }
        return String(String(text.prefix(300)).unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    }
}
