package import NIOCore

/// What an agent does with the streams and requests that come through its tunnel.
package protocol TunnelService: Sendable {
    /// Makes ready what a stream leads to, on the loop of the stream.
    ///
    /// Nothing is read from the stream before the acceptance is installed. A failure of type ``TunnelError`` is told to the other side.
    func open(_ opening: TunnelOpening) -> EventLoopFuture<TunnelAcceptance>

    /// Answers an ordinary request.
    func respond(to request: TunnelRequest) async -> TunnelResponse
}

/// A stream that the other side asks for.
package struct TunnelOpening: Sendable {
    package var target: TunnelTarget
    /// What else it says, names in lower case.
    package var headers: [(String, String)]
    /// The loop that the stream lives on.
    package var eventLoop: any EventLoop

    package func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }
}

/// A target that is ready: what to put into the pipeline of the stream once the other side knows.
package struct TunnelAcceptance: Sendable {
    /// Is called on the loop, once, with a channel of `ByteBuffer`s.
    package var install: @Sendable (any Channel) throws -> Void
    /// Is called instead if the stream is gone by then.
    package var cancel: @Sendable () -> Void

    package init(install: @escaping @Sendable (any Channel) throws -> Void, cancel: @escaping @Sendable () -> Void = {}) {
        self.install = install
        self.cancel = cancel
    }
}
