import AgentProtocol
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import Tunnel

/// What a test server knows.
final class TestServerState: Sendable {
    struct Values {
        var manifest: AgentManifest
        var reports: [AgentReport] = []
        var refusal: (status: Int, type: String, body: String)?
        var attempts = 0
        var channels: [any Channel] = []
    }

    let values: Mutex<Values>

    init(manifest: AgentManifest) { values = Mutex(Values(manifest: manifest)) }

    func opened(_ channel: any Channel) {
        values.withLock { $0.channels.append(channel) }
        channel.closeFuture.whenComplete { _ in self.values.withLock { $0.channels.removeAll { $0 === channel } } }
    }

    func setRefusal(_ refusal: (Int, String, String)?) { values.withLock { $0.refusal = refusal.map { ($0.0, $0.1, $0.2) } } }

    /// Why a request is not served; nil if it is.
    func refusal(_ head: HTTPRequestHead) -> (status: Int, type: String, body: String)? {
        if head.uri.hasSuffix(TunnelProtocol.path) { values.withLock { $0.attempts += 1 } }
        if let refusal = values.withLock({ $0.refusal }) { return refusal }
        guard head.headers.first(name: TunnelProtocol.tokenHeader) == TestTunnelServer.token else {
            return (401, "application/json", #"{"message":"this token belongs to no agent"}"#)
        }
        guard head.uri.hasSuffix(TunnelProtocol.path) else { return nil }
        do { try TunnelProtocol.check(version: head.headers.first(name: TunnelProtocol.versionHeader)) } catch {
            return (error.status ?? 400, "application/json", JSONValue.object(["message": .string(error.message)]).serialized())
        }
        return nil
    }

    /// Answers an ordinary request.
    func answer(_ head: HTTPRequestHead, _ body: String) -> (status: Int, type: String, body: String) {
        if let refusal = refusal(head) { return refusal }
        switch (head.method, head.uri) {
        case (.GET, AgentRoutes.manifest): return (200, "application/json", values.withLock { $0.manifest }.json.serialized())
        case (.POST, AgentRoutes.report):
            do {
                let report = try AgentReport(json: try JSONValue(parsing: body))
                values.withLock { values in
                    // One that was seen already is passed over, as the protocol says.
                    if !values.reports.contains(where: { $0.run == report.run && $0.number == report.number }) { values.reports.append(report) }
                }
                return (204, "application/json", "")
            } catch { return (400, "application/json", JSONValue.object(["message": .string("\(error)")]).serialized()) }
        default: return (404, "application/json", #"{"message":"there is nothing here"}"#)
        }
    }
}

/// Answers ordinary requests on one connection.
final class TestAnswers: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: TestServerState
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ state: TestServerState) { self.state = state }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, ByteBuffer())
        case .body(var bytes): body.writeBuffer(&bytes)
        case .end:
            guard let head else { return }
            let answer = state.answer(head, String(buffer: body))
            var headers = HTTPHeaders([("Content-Type", answer.type)])
            if answer.status != 204 { headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)") }
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: .init(statusCode: answer.status), headers: headers))), promise: nil)
            if answer.status != 204 { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
