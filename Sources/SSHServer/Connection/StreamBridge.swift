import NIOCore

/// Joins a channel of SSH with a stream of bytes: a socket, a pipe, a terminal. Each is read as fast as the other takes it.
///
/// The stream's channel is on the connection's event loop, and reads only when asked to.
final class StreamBridge: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let sshChannel: SSHChannel
    private let isError: Bool
    private var context: ChannelHandlerContext?
    private var isReading = false
    private(set) var isInputEnded = false
    private var isOutputEnded = false

    /// Is called once when the stream has given everything.
    var onInputEnd: (() -> Void)?
    /// Is called once when the stream is gone.
    var onClose: (() -> Void)?
    /// Is called when everything that was there has been read.
    var onReadComplete: (() -> Void)?

    /// - Parameter isError: whether what it reads is error output.
    init(_ sshChannel: SSHChannel, isError: Bool = false) {
        self.sshChannel = sshChannel
        self.isError = isError
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: - From the stream

    /// Reads on, if the channel has room.
    func readMore() {
        guard let context, !isReading, !isInputEnded, sshChannel.isOutputFree else { return }
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { sshChannel.send(unwrapInboundIn(data), isError: isError) }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        onReadComplete?()
        readMore()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { endInput() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset connection, a terminal without programs, a pipe that nobody reads: all mean that it is over.
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { abandon() }

    /// The stream is gone, or never was.
    func abandon() {
        endInput()
        onClose?()
        onClose = nil
    }

    private func endInput() {
        guard !isInputEnded else { return }
        isInputEnded = true
        onInputEnd?()
        onInputEnd = nil
    }

    // MARK: - To the stream

    func write(_ data: ByteBuffer) {
        let count = data.readableBytes
        guard let context, !isOutputEnded else { return sshChannel.consumed(count) }
        context.writeAndFlush(wrapOutboundOut(data)).assumeIsolated().whenComplete { _ in
            // What nobody reads is consumed too, or the client would wait for ever.
            self.sshChannel.consumed(count)
        }
    }

    /// Ends the stream's input once everything is written.
    func endOutput() {
        guard let context, !isOutputEnded else { return }
        isOutputEnded = true
        // An empty write comes after all others.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            self.context?.close(mode: .output, promise: nil)
        }
    }

    func close() { context?.close(promise: nil) }
}
