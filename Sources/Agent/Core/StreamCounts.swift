import NIOCore
import Synchronization
import Tunnel

/// How many streams are open, and what went through them: what a workspace is used for.
package final class StreamCounts: Sendable {
    private let ssh = Atomic<Int>(0)
    private let terminals = Atomic<Int>(0)
    private let ports = Atomic<Int>(0)
    private let received = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)

    func add(_ target: TunnelTarget, _ change: Int) {
        switch target {
        case .ssh: ssh.add(change, ordering: .relaxed)
        case .terminal: terminals.add(change, ordering: .relaxed)
        case .tcp, .unix: ports.add(change, ordering: .relaxed)
        }
    }

    func addReceived(_ size: Int) { received.add(size, ordering: .relaxed) }
    func addSent(_ size: Int) { sent.add(size, ordering: .relaxed) }

    package var open: (ssh: Int, terminals: Int, ports: Int) {
        (ssh.load(ordering: .relaxed), terminals.load(ordering: .relaxed), ports.load(ordering: .relaxed))
    }

    /// What went out since it was last taken.
    package var sentSoFar: Int { sent.load(ordering: .relaxed) }

    /// What went through since this was last asked.
    package func takeBytes() -> (received: Int, sent: Int) {
        (received.exchange(0, ordering: .relaxed), sent.exchange(0, ordering: .relaxed))
    }
}

/// Counts what passes a stream.
final class ByteCounter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let counts: StreamCounts

    init(_ counts: StreamCounts) { self.counts = counts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        counts.addReceived(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        counts.addSent(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }
}
