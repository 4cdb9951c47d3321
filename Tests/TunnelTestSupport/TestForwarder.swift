package import NIOCore
import NIOPosix
package import Tunnel

/// A port on loopback that leads to a target of an agent's: what `berth port-forward` and `berth ssh` do.
package enum TestForwarder {
    package static func listen(_ connection: TunnelConnection, _ target: TunnelTarget) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(SocketEnd(timeout: .seconds(10)))
                    let channel = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: client, configuration: .init(isOutboundHalfClosureEnabled: true))
                    // Ends with the connection that it carries.
                    Task { try await forward(channel, connection, target) }
                }
            }.bind(host: "127.0.0.1", port: 0).get()
    }

    private static func forward(
        _ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ connection: TunnelConnection, _ target: TunnelTarget
    ) async throws {
        try await client.executeThenClose { fromClient, toClient in
            let stream = try await connection.connect(to: target)
            try await stream.executeThenClose { fromAgent, toAgent in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await bytes in fromClient { try await toAgent.write(bytes) }
                        toAgent.finish()
                    }
                    group.addTask {
                        for try await bytes in fromAgent { try await toClient.write(bytes) }
                        toClient.finish()
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
