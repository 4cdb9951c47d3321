package import NIOCore
import NIOHTTP2

/// The server's end of a tunnel: one agent's connection, through which streams are opened.
package final class TunnelConnection: Sendable {
    /// Whose connection it is.
    package let agent: String
    private let channel: any Channel
    private let limits: TunnelLimits
    private let pipeline: NIOLoopBound<TunnelPipeline>
    private let state: NIOLoopBoundBox<Int>

    private init(agent: String, _ channel: any Channel, _ limits: TunnelLimits, _ pipeline: NIOLoopBound<TunnelPipeline>) {
        self.agent = agent
        self.channel = channel
        self.limits = limits
        self.pipeline = pipeline
        state = NIOLoopBoundBox(0, eventLoop: channel.eventLoop)
    }

    /// Takes over a channel whose WebSocket was upgraded and whose frames are decoded and encoded in its pipeline.
    ///
    /// To be called on the channel's loop in the upgrade itself, so that no frame is missed; see ``TunnelServer/accept(_:agent:)``.
    static func adopt(_ channel: any Channel, agent: String, _ limits: TunnelLimits) throws -> TunnelConnection {
        let pipeline = try TunnelPipeline(channel, .server, limits) { stream in
            // Agents ask over the API.
            stream.close()
        }
        return TunnelConnection(agent: agent, channel, limits, NIOLoopBound(pipeline, eventLoop: channel.eventLoop))
    }

    /// Completes when the connection has ended.
    package var closed: EventLoopFuture<Void> { channel.closeFuture }

    package var isActive: Bool { channel.isActive }

    /// Opens a byte stream.
    ///
    /// - Parameter install: puts handlers for `ByteBuffer`s into the stream's pipeline, on its loop, before anything is read from it.
    /// - Throws: ``TunnelError``, which says why the agent refuses.
    package func open<Output: Sendable>(
        _ target: TunnelTarget, headers: [(String, String)] = [], _ install: @escaping @Sendable (any Channel) throws -> Output
    ) async throws -> Output {
        let request = TunnelRequest(method: "CONNECT", path: target.authority, headers: headers)
        let idleTimeout = limits.idleTimeout
        return try await ask(request) { stream, _ in
            let pipeline = stream.pipeline.syncOperations
            try pipeline.addHandlers([IdleStateHandler(allTimeout: idleTimeout), StreamBytes()])
            return try install(stream)
        }
    }

    /// Opens a byte stream, to be read and written by a task. Whoever has it must use `executeThenClose`.
    package func connect(
        to target: TunnelTarget, headers: [(String, String)] = []
    ) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await open(target, headers: headers) { stream in
            try NIOAsyncChannel(wrappingChannelSynchronously: stream, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    /// Asks the agent itself for something.
    package func request(_ request: TunnelRequest) async throws -> TunnelResponse {
        guard request.body.readableBytes <= limits.bodySizeMax else {
            throw TunnelError(.limit, "a request to an agent has at most \(limits.bodySizeMax) bytes", status: 413)
        }
        return try await ask(request) { _, response in response }
    }

    /// Ends the connection, and all of its streams.
    package func close(_ code: TunnelCloseCode = .goingAway, _ reason: String) {
        let why = TunnelError(code == .replaced ? .replaced : .disconnected, reason)
        channel.eventLoop.execute { self.pipeline.value.keeper.end(code, why) }
    }

    private func ask<Output: Sendable>(
        _ request: TunnelRequest, _ answered: @escaping @Sendable (any Channel, TunnelResponse) throws -> Output
    ) async throws -> Output {
        let promise = channel.eventLoop.makePromise(of: Output.self)
        channel.eventLoop.execute { self.begin(request, promise, answered) }
        return try await promise.futureResult.get()
    }

    private func begin<Output: Sendable>(
        _ request: TunnelRequest, _ promise: EventLoopPromise<Output>,
        _ answered: @escaping @Sendable (any Channel, TunnelResponse) throws -> Output
    ) {
        guard channel.isActive else {
            return promise.fail(TunnelError(.disconnected, "the connection to the agent was lost", status: 502))
        }
        guard state.value < limits.streamsMax else {
            return promise.fail(TunnelError(.limit, "\(limits.streamsMax) streams to this agent are open, which is all there may be", status: 429))
        }
        state.value += 1
        let (limits, state) = (limits, state)
        pipeline.value.streams.createStreamChannel { stream in
            stream.closeFuture.whenComplete { _ in state.value -= 1 }
            return stream.eventLoop.makeCompletedFuture {
                let asked = AskedStream(request, limits) { result in
                    promise.completeWith(Result { try answered(stream, try result.get()) })
                }
                try stream.pipeline.syncOperations.addHandler(asked)
            }
        }.whenFailure { error in
            promise.fail(TunnelError(.disconnected, "no stream to the agent can be opened: \(error)", status: 502))
        }
    }
}
