package import AgentProtocol
package import Dialing
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import NIOWebSocket
import Synchronization
package import Tunnel

/// A server as agents see it: takes their WebSockets, hands out a manifest, and keeps what they report.
package final class TestTunnelServer: Sendable {
    package let tunnels: TunnelServer
    package let port: Int
    private let channel: any Channel
    private let state: TestServerState

    package static let token = "b7e1f0d2-token"

    /// - Parameters:
    ///   - host: where to listen.
    ///   - port: 0 for any.
    package init(
        limits: TunnelLimits = TunnelLimits(), host: String = "127.0.0.1", port: Int = 0, tls: NIOSSLContext? = nil,
        manifest: AgentManifest = TestTunnelServer.manifest
    ) async throws {
        let tunnels = TunnelServer(limits: limits)
        self.tunnels = tunnels
        let state = TestServerState(manifest: manifest)
        self.state = state
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    state.opened(channel)
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try Self.configure(channel, tunnels, state)
                }
            }.bind(host: host, port: port).get()
        self.port = channel.localAddress?.port ?? 0
    }

    private static func configure(_ channel: any Channel, _ tunnels: TunnelServer, _ state: TestServerState) throws {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: tunnels.limits.frameSizeMax,
            shouldUpgrade: { channel, head in
                let refusal = state.refusal(head)
                return channel.eventLoop.makeSucceededFuture(refusal == nil ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { _ = try tunnels.accept(channel, agent: Self.manifest.agentID) }
            })
        let answers = TestAnswers(state)
        let bound = NIOLoopBound(answers, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in context.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(answers)
    }

    package var address: ServerAddress { ServerAddress(isSecure: false, host: "127.0.0.1", port: port) }

    package static var manifest: AgentManifest {
        var manifest = AgentManifest()
        manifest.agentID = "6a1c6a57-6a1c-4e1b-8a57-6a1c6a576a1c"
        manifest.agentName = "main"
        manifest.workspaceID = "0e1b8a57-6a1c-4e1b-8a57-6a1c6a576a1c"
        manifest.workspaceName = "dev"
        manifest.ownerName = "ada"
        return manifest
    }

    /// What the server says to every further attempt of an agent: a status, a type, a body.
    package func refuse(_ status: Int?, type: String = "application/json", _ body: String = "") {
        state.setRefusal(status.map { ($0, type, body) })
    }

    /// Serves bytes to everybody.
    package func serve(_ path: String, _ bytes: [UInt8]) { state.values.withLock { $0.files[path] = ByteBuffer(bytes: bytes) } }

    /// All reports so far, in order.
    package var reports: [AgentReport] { state.values.withLock { $0.reports } }
    package var attempts: Int { state.values.withLock { $0.attempts } }
    package var lifecycle: [AgentLifecycleState] { reports.flatMap(\.lifecycle).map(\.state) }
    package var logs: [AgentLogLine] { reports.flatMap(\.logs) }

    /// The agent's connection, once it is there.
    package func connection(timeout: Duration = .seconds(60)) async throws -> TunnelConnection {
        try await eventually(timeout) { self.tunnels.connection(of: Self.manifest.agentID) }
    }

    /// Cuts all connections without a word.
    package func cut() { for channel in state.values.withLock({ $0.channels }) { channel.close(promise: nil) } }

    /// Ends the server and all of its connections.
    package func close() async throws {
        try await channel.close()
        cut()
    }
}

/// Waits for something to be there.
@discardableResult
package func eventually<Value>(_ limit: Duration = .seconds(60), _ body: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await body() { return value }
        guard ContinuousClock.now < deadline else { throw NeverHappened() }
        try await Task.sleep(for: .milliseconds(10))
    }
}

package struct NeverHappened: Error {}
