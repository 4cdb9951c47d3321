package import NIOCore
import NIOPosix
import NIOSSL

/// Connects to servers by name, with or without TLS.
package struct Dialer: Sendable {
    package var resolver: NameResolver
    package var trust: Trust
    /// For each address of a name.
    package var connectTimeout = TimeAmount.seconds(10)

    package init(resolver: NameResolver = NameResolver(), trust: Trust) {
        self.resolver = resolver
        self.trust = trust
    }

    /// Connects to the first address that answers.
    /// - Parameter initialize: puts handlers into the pipeline, behind TLS, before anything is read.
    package func connect<Result: Sendable>(
        to server: ServerAddress, on group: any EventLoopGroup,
        _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Result>
    ) async throws -> Result {
        let context = server.isSecure ? try trust.context() : nil
        let addresses = try await resolver.addresses(of: server.host, port: server.port)
        var failures: [String] = []
        for address in addresses.prefix(8) {
            do {
                return try await ClientBootstrap(group: group)
                    .connectTimeout(connectTimeout)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .channelOption(.writeBufferWaterMark, value: .init(low: 128 << 10, high: 512 << 10))
                    .connect(to: address) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            guard let context else { return }
                            // An address is checked as an address; it must not be sent as a name.
                            let isName = (try? SocketAddress(ipAddress: server.host, port: 0)) == nil
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: context, serverHostname: isName ? server.host : nil))
                        }.flatMap { initialize(channel) }
                    }
            } catch {
                failures.append("\(address.ipAddress ?? server.host): \(Self.reason(error))")
            }
        }
        throw DialingError(.connect, "cannot connect to \(server.host), port \(server.port): \(failures.joined(separator: "; "))")
    }

    private static func reason(_ error: any Error) -> String {
        if case ChannelError.connectTimeout(let time) = error { return "no answer within \(time.nanoseconds / 1_000_000_000) s" }
        if let error = error as? IOError { return error.description }
        return "\(error)"
    }
}
