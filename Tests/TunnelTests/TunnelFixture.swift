import AgentCore
import Dialing
import JSON
import Logging
import NIOCore
import NIOPosix
import Tunnel
import TunnelTestSupport

/// A server, and an agent's tunnel to it that leads to real sockets.
struct TunnelFixture: Sendable {
    let server: TestTunnelServer
    let service: WorkspaceService

    /// - Parameter through: where the agent dials, if not the server itself.
    static func with<Result>(
        limits: TunnelLimits = TunnelLimits(), clientLimits: TunnelLimits? = nil, through: ServerAddress? = nil,
        _ body: (TunnelFixture) async throws -> Result
    ) async throws -> Result {
        let server = try await TestTunnelServer(limits: limits)
        let service = WorkspaceService(resolver: NameResolver()) { .null }
        let client = try client(through ?? server.address, service, limits: clientLimits ?? limits)
        let task = Task { try await client.run() }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(TunnelFixture(server: server, service: service))) } catch { result = .failure(error) }
        task.cancel()
        _ = await task.result
        try await server.close()
        return try result.get()
    }

    static func client(
        _ address: ServerAddress, _ service: any TunnelService, token: String = TestTunnelServer.token,
        limits: TunnelLimits = TunnelLimits()
    ) throws -> TunnelClient {
        var settings = TunnelClient.Settings(server: address, token: token, version: "0")
        settings.limits = limits
        return TunnelClient(
            settings, Dialer(trust: try Trust()), MultiThreadedEventLoopGroup.singleton, service,
            Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// A server on loopback that does one thing with each connection.
struct LoopbackServer: Sendable {
    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }
    var target: TunnelTarget { .tcp(host: "127.0.0.1", port: port) }

    static func with<Result>(
        _ serve: @escaping @Sendable (NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws -> Void,
        _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { () throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> in
                    try channel.pipeline.syncOperations.addHandler(SocketEnd(timeout: .seconds(10)))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            // What one connection dies of is for the test to see, on its own end.
                            group.addTask { _ = try? await serve(connection) }
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body(LoopbackServer(channel: listener.channel))
        }
    }

    /// Sends back what it gets, to the end.
    static func echo(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await connection.executeThenClose { inbound, outbound in
            for try await bytes in inbound { try await outbound.write(bytes) }
            outbound.finish()
        }
    }
}

extension NIOAsyncChannel where Inbound == ByteBuffer, Outbound == ByteBuffer {
    /// Sends, says that this is all, and reads to the end.
    func exchange(_ text: String) async throws -> String {
        try await executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            outbound.finish()
            var received = ByteBuffer()
            for try await var bytes in inbound { received.writeBuffer(&bytes) }
            return String(buffer: received)
        }
    }
}
