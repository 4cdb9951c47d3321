import NIOCore

/// A channel that leads to a socket.
final class ForwardedStream: ChannelContent {
    private let socket: any NIOCore.Channel
    private var bridge: StreamBridge?
    private weak var channel: SSHChannel?
    private var isEnded = (client: false, socket: false)

    /// - Parameter socket: does not read by itself, on the event loop of the connection.
    init(_ socket: any NIOCore.Channel) { self.socket = socket }

    /// Begins to pass data on, once the channel is known.
    func join(_ channel: SSHChannel) {
        self.channel = channel
        let bridge = StreamBridge(channel)
        bridge.onInputEnd = { [weak self] in
            self?.isEnded.socket = true
            channel.sendEOF()
            self?.closeIfEnded()
        }
        bridge.onClose = { channel.close() }
        do {
            try socket.pipeline.syncOperations.addHandler(bridge)
            self.bridge = bridge
        } catch {
            // It was closed meanwhile.
            channel.close()
        }
    }

    private func closeIfEnded() { if isEnded.client, isEnded.socket { channel?.close() } }

    func receive(_ data: ByteBuffer) { bridge?.write(data) }

    func receiveEOF() {
        isEnded.client = true
        bridge?.endOutput()
        closeIfEnded()
    }

    func opened() { bridge?.readMore() }
    func outputIsFree() { bridge?.readMore() }
    func closed() {
        bridge = nil
        socket.close(promise: nil)
    }
}
