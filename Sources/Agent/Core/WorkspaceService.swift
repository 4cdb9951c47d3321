import AgentMachine
import AgentProtocol
package import Dialing
package import JSON
package import NIOCore
import Glibc
import NIOPosix
import Synchronization
package import Tunnel

/// What comes through the tunnel into the workspace: ports, sockets, and questions to the agent.
package final class WorkspaceService: TunnelService {
    /// Opens the targets that are not ports: SSH and terminals.
    package typealias Opener = @Sendable (TunnelOpening) -> EventLoopFuture<TunnelAcceptance>

    private let resolver: NameResolver
    private let openers: [TunnelTarget: Opener]
    private let describe: @Sendable () -> JSONValue
    package let counts = StreamCounts()

    package init(resolver: NameResolver, openers: [TunnelTarget: Opener] = [:], describe: @escaping @Sendable () -> JSONValue) {
        (self.resolver, self.openers, self.describe) = (resolver, openers, describe)
    }

    package func open(_ opening: TunnelOpening) -> EventLoopFuture<TunnelAcceptance> {
        let (loop, counts) = (opening.eventLoop, counts)
        let ready: EventLoopFuture<TunnelAcceptance>
        switch opening.target {
        case .tcp(let host, let port): ready = connect(host, port, loop)
        case .unix(let path):
            ready = dial([{ $0.connect(unixDomainSocketPath: path) }], "the socket \(path)", loop)
        case .ssh, .terminal:
            guard let opener = openers[opening.target] else {
                let what = opening.target == .ssh ? "SSH server" : "terminals"
                return loop.makeFailedFuture(TunnelError(.refused, "this agent has no \(what)", status: 501))
            }
            ready = opener(opening)
        }
        return ready.map { acceptance in
            TunnelAcceptance(
                install: { channel in
                    counts.add(opening.target, 1)
                    channel.closeFuture.whenComplete { _ in counts.add(opening.target, -1) }
                    try channel.pipeline.syncOperations.addHandler(ByteCounter(counts))
                    try acceptance.install(channel)
                }, cancel: acceptance.cancel)
        }
    }

    private func connect(_ host: String, _ port: Int, _ loop: any EventLoop) -> EventLoopFuture<TunnelAcceptance> {
        let resolver = resolver
        let addresses = loop.makePromise(of: [SocketAddress].self)
        if let address = try? SocketAddress(ipAddress: host, port: port) {  // a name otherwise
            addresses.succeed([address])
        } else {
            addresses.completeWithTask { try await resolver.addresses(of: host, port: port) }
        }
        return addresses.futureResult.flatMapErrorThrowing { error in
            throw TunnelError(.refused, "\(error)", status: 502)
        }.flatMap { addresses in
            self.dial(addresses.prefix(4).map { address in { $0.connect(to: address) } }, "port \(port) of \(host)", loop)
        }
    }

    private typealias Attempt = @Sendable (ClientBootstrap) -> EventLoopFuture<any Channel>

    /// Tries one after the other.
    private func dial(_ attempts: [Attempt], _ what: String, _ loop: any EventLoop) -> EventLoopFuture<TunnelAcceptance> {
        guard let attempt = attempts.first else {
            return loop.makeFailedFuture(TunnelError(.refused, "\(what) has no address", status: 502))
        }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(SocketEnd()) }
            }
        return attempt(bootstrap).map { socket in
            TunnelAcceptance(
                install: { stream in
                    try Splice.join(stream, socket)
                    socket.setOption(.autoRead, value: true).whenFailure { _ in socket.close(promise: nil) }
                }, cancel: { socket.close(promise: nil) })
        }.flatMapError { error in
            if attempts.count > 1 { return self.dial(Array(attempts.dropFirst()), what, loop) }
            return loop.makeFailedFuture(Self.refusal(error, what))
        }
    }

    private static func refusal(_ error: any Error, _ what: String) -> TunnelError {
        if case ChannelError.connectTimeout = error { return TunnelError(.timeout, "\(what) does not answer", status: 504) }
        if let error = error as? IOError {
            return TunnelError(
                .refused, "cannot connect to \(what) in the workspace: \(String(cString: strerror(error.errnoCode)))", status: 502)
        }
        return TunnelError(.refused, "cannot connect to \(what) in the workspace: \(error)", status: 502)
    }

    package func respond(to request: TunnelRequest) async -> TunnelResponse {
        switch (request.method, request.path) {
        case ("GET", AgentRoutes.listeningPorts):
            let ports = ListeningPorts().current().map { AgentListeningPort(port: $0.number, process: $0.process).json }
            return Self.answer(200, ["ports": .array(ports)])
        case ("GET", AgentRoutes.debug): return Self.answer(200, describe())
        default:
            return Self.answer(404, ["message": .string("the agent knows no \(request.method.prefix(16)) \(request.path.prefix(200))")])
        }
    }

    private static func answer(_ status: Int, _ json: JSONValue) -> TunnelResponse {
        TunnelResponse(status: status, headers: [("content-type", "application/json")], body: ByteBuffer(string: json.serialized()))
    }
}
