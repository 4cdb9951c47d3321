package import Dialing
package import Logging
package import NIOCore
import NIOHTTP1

/// The agent's side of a tunnel: dials out, serves what the server asks for, and dials again when the connection is lost.
package struct TunnelClient: Sendable {
    package struct Settings: Sendable {
        package var server: ServerAddress
        package var token: String
        /// Which program this is, for the server's records.
        package var version: String
        package var limits = TunnelLimits()
        package var backoff = Backoff()

        package init(server: ServerAddress, token: String, version: String) {
            self.server = server
            self.token = token
            self.version = version
        }
    }

    private let settings: Settings
    private let dialer: Dialer
    private let group: any EventLoopGroup
    private let service: any TunnelService
    private let logger: Logger
    private let onChange: @Sendable (_ isConnected: Bool) -> Void

    package init(
        _ settings: Settings, _ dialer: Dialer, _ group: any EventLoopGroup, _ service: any TunnelService, _ logger: Logger,
        onChange: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.settings = settings
        self.dialer = dialer
        self.group = group
        self.service = service
        self.logger = logger
        self.onChange = onChange
    }

    /// Keeps the tunnel up until the task is cancelled.
    package func run() async throws {
        var failures = 0
        while true {
            let began = NIODeadline.now()
            let error: TunnelError
            do {
                error = try await serve()
            } catch let failure as TunnelError {
                error = failure
            } catch let failure as DialingError {
                error = TunnelError(.unavailable, failure.message)
            } catch is CancellationError {
                throw CancellationError()
            } catch let failure {
                // Whatever it is: a workspace without its agent is worse.
                error = TunnelError(.unavailable, "the connection to the server was not set up: \(failure)")
            }
            try Task.checkCancellation()
            // A connection that held for a while was a good one: the next attempt is a first one.
            failures = .now() - began > settings.backoff.goodAfter ? 1 : failures + 1
            let pause = settings.backoff.pause(after: error.code, failures: failures)
            logger.warning(
                "no tunnel to the server",
                metadata: [
                    "tunnel.error": "\(error.message)", "tunnel.code": "\(error.code)", "server.url": "\(settings.server)",
                    "tunnel.next_attempt_ms": "\(pause.nanoseconds / 1_000_000)",
                ])
            try await Task.sleep(for: .nanoseconds(pause.nanoseconds))
        }
    }

    /// One connection from its beginning to its end.
    /// - Returns: why it ended.
    package func serve() async throws -> TunnelError {
        let (channel, pipeline) = try await connect()
        logger.info("connected to the server", metadata: ["server.url": "\(settings.server)"])
        onChange(true)
        defer { onChange(false) }
        await withTaskCancellationHandler {
            // Fails only as the connection does.
            _ = try? await channel.closeFuture.get()
        } onCancel: {
            channel.eventLoop.execute { pipeline.value.keeper.end(.goingAway, TunnelError(.disconnected, "the agent stops")) }
        }
        return try await channel.eventLoop.submit { pipeline.value.bytes.reason }.get()
            ?? TunnelError(.disconnected, "the connection was lost")
    }

    private func connect() async throws -> (any Channel, NIOLoopBound<TunnelPipeline>) {
        let (limits, service) = (settings.limits, service)
        let request = requestHead
        // The upgrade goes on after the connection is there: what comes back first is a future of it.
        let upgrade: EventLoopFuture<Upgrade> = try await dialer.connect(to: settings.server, on: group) { channel in
            channel.eventLoop.makeCompletedFuture {
                let configuration = NIOTypedHTTPClientUpgradeConfiguration<TunnelUpgrader.UpgradeResult>(
                    upgradeRequestHead: request, upgraders: [TunnelUpgrader(frameSizeMax: limits.frameSizeMax)],
                    notUpgradingCompletionHandler: { channel in
                        let refusal = channel.eventLoop.makePromise(of: TunnelError.self)
                        let reader = RefusalReader(refusal)
                        do { try channel.pipeline.syncOperations.addHandler(reader) } catch { refusal.fail(error) }
                        // The answer is handed to the reader only once this is complete.
                        return channel.eventLoop.makeSucceededFuture(TunnelUpgrader.UpgradeResult.some(refusal.futureResult))
                    })
                var setUp = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
                // The first frame may come right behind the answer.
                setUp.leftOverBytesStrategy = .forwardBytes
                let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: setUp)
                let limit = channel.eventLoop.scheduleTask(in: limits.openTimeout) { channel.close(promise: nil) }
                // Runs before anything that was received is handed on.
                return upgraded.flatMap { refusal -> EventLoopFuture<Upgrade> in
                    if let refusal { return refusal.flatMapThrowing { error -> Upgrade in throw error } }
                    limit.cancel()
                    return channel.eventLoop.makeCompletedFuture { () throws -> Upgrade in
                        let pipeline = try TunnelPipeline(channel, .agent, limits) { stream in
                            stream.eventLoop.makeCompletedFuture {
                                try stream.pipeline.syncOperations.addHandler(ServedStream(service, limits))
                            }
                        }
                        return Upgrade(channel: channel, pipeline: NIOLoopBound(pipeline, eventLoop: channel.eventLoop))
                    }
                }.flatMapError { error in
                    limit.cancel()
                    channel.close(promise: nil)
                    return channel.eventLoop.makeFailedFuture(Self.explain(error))
                }
            }
        }
        let done = try await upgrade.get()
        return (done.channel, done.pipeline)
    }

    private struct Upgrade: Sendable {
        var channel: any Channel
        var pipeline: NIOLoopBound<TunnelPipeline>
    }

    private var requestHead: HTTPRequestHead {
        var headers = HTTPHeaders([("Host", settings.server.authority), ("User-Agent", "berth-agent/\(settings.version)")])
        headers.add(name: TunnelProtocol.tokenHeader, value: settings.token)
        headers.add(name: "Authorization", value: "Bearer \(settings.token)")
        headers.add(name: TunnelProtocol.versionHeader, value: "\(TunnelProtocol.version)")
        headers.add(name: TunnelProtocol.agentVersionHeader, value: settings.version)
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: settings.server.prefix + TunnelProtocol.path, headers: headers)
    }

    private static func explain(_ error: any Error) -> TunnelError {
        if let error = error as? TunnelError { return error }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return TunnelError(
                .unavailable, "the server's certificate is not trusted: set BERTH_AGENT_CA to the certificate of its authority")
        }
        return TunnelError(.unavailable, "the connection to the server was not set up: \(text.prefix(300))")
    }
}
