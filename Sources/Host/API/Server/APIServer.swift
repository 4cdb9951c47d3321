import HostAccess
import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import Scalars
import Synchronization

/// Serves routes over HTTP and HTTPS.
package final class APIServer: Sendable {
    private let configuration: APIServerConfiguration
    private let responder: Responder
    private let logger: Logger
    private let stop = AsyncStream.makeStream(of: Void.self)
    private let servers = Mutex<[@Sendable () async throws -> Void]>([])

    /// - Parameter routes: those of this server itself, as `/healthz`, are added.
    package init(
        _ configuration: APIServerConfiguration, routes: [Route], authenticator: any Authenticator, metrics: Metrics = Metrics(), logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        let all = routes + CommonRoutes(configuration: configuration, metrics: metrics).routes
        let document = try OpenAPIDocument(all, version: configuration.version)
        let limit = configuration.limits.requestsPerMinute
        let gate = Gate(
            tree: RouteTree(all + [document.route]), configuration: configuration, authenticator: authenticator,
            rates: RateLimiter(burst: limit, every: .seconds(60) / max(1, limit)), logger: logger)
        responder = Responder(gate: gate, metrics: metrics, logger: logger)
    }

    /// Serves until ``shutDown()``, or until the task is cancelled, which cuts connections off.
    ///
    /// - Parameter onListening: is told the address of each listener.
    /// - Throws: if an address is taken, or a certificate cannot be read.
    package func run(onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in }) async throws {
        let responder = responder
        let channel = UpgradableChannel(
            responder: { request, writer, channel in try await responder.respond(request, writer, channel) },
            limits: configuration.limits, upgrade: { await responder.upgrade($0, $1) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in configuration.listeners {
                if let certificate = listener.certificate {
                    let tls = try TLSChannel(channel, tlsConfiguration: Self.tls(certificate))
                    group.addTask { try await self.serve(tls, listener, onListening) }
                } else {
                    group.addTask { try await self.serve(channel, listener, onListening) }
                }
            }
            group.addTask {
                for await _ in self.stop.stream { break }
                try await self.endGracefully()
            }
            for _ in 0..<configuration.listeners.count { try await group.next() }
            group.cancelAll()
        }
    }

    /// Takes no more connections, finishes what was begun, and then ends ``run(onListening:)``; what takes longer than the limit is cut off.
    package func shutDown() {
        stop.continuation.yield()
    }

    private func serve<Child: ServerChildChannel>(
        _ child: Child, _ listener: APIServerConfiguration.Listener, _ onListening: @escaping @Sendable (SocketAddress) async -> Void
    ) async throws {
        let server = Server(
            childChannelSetup: child,
            configuration: ServerConfiguration(
                address: .hostname(listener.host, port: listener.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.connectionsMax, logger: logger)),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        servers.withLock { $0.append { try await server.shutdownGracefully() } }
        try await server.run()
    }

    private func endGracefully() async throws {
        let servers = servers.withLock { $0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for end in servers { group.addTask { try await end() } }
            group.addTask {
                try await Task.sleep(for: self.configuration.limits.shutdownTime)
                throw CancellationError()
            }
            for _ in servers { try await group.next() }
            group.cancelAll()
        }
    }

    private static func tls(_ certificate: (chain: String, key: String)) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate.chain).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        return tls
    }
}
