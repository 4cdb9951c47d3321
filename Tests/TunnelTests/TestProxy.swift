import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that can stop handing anything on, as a network does that was cut: nobody hears an end.
final class TestProxy: Sendable {
    private let listener: any Channel
    private let silence: Silence

    var port: Int { listener.localAddress?.port ?? 0 }

    init(to port: Int) async throws {
        let silence = Silence()
        self.silence = silence
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop).channelOption(.autoRead, value: false).connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(Forwarder(server, silence))
                        try server.pipeline.syncOperations.addHandler(Forwarder(client, silence))
                        for channel in [client, server] {
                            channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
                        }
                    }
            }.bind(host: "127.0.0.1", port: 0).get()
    }

    /// From now on nothing passes, in neither direction, and connections stay open.
    func beSilent() { silence.isOn.store(true, ordering: .relaxed) }
    func speakAgain() { silence.isOn.store(false, ordering: .relaxed) }

    func close() async throws { try await listener.close() }
}

private final class Silence: Sendable {
    let isOn = Atomic<Bool>(false)
}

private final class Forwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private let silence: Silence
    private var isMute = false

    init(_ other: any Channel, _ silence: Silence) { (self.other, self.silence) = (other, silence) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What was cut stays cut: bytes of the middle are lost.
        if silence.isOn.load(ordering: .relaxed) { isMute = true }
        if !isMute { other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isMute, !silence.isOn.load(ordering: .relaxed) { other.close(promise: nil) }
    }
}
