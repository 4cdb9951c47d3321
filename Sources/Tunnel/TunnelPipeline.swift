import NIOCore
import NIOHTTP2
import NIOWebSocket

/// What stands in the pipeline of an upgraded connection, on both sides.
struct TunnelPipeline {
    let keeper: TunnelKeeper
    let bytes: WebSocketBytes
    let streams: NIOHTTP2Handler.StreamMultiplexer

    /// On the channel's loop; the WebSocket's frames are decoded before it.
    init(
        _ channel: any Channel, _ role: TunnelRole, _ limits: TunnelLimits,
        inboundStream: @escaping NIOChannelInitializer
    ) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: role == .agent ? limits.streamsMax : 0),
            HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindow),
            HTTP2Setting(parameter: .maxFrameSize, value: 64 << 10),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
        ]
        connection.targetWindowSize = limits.connectionWindow
        connection.maximumSequentialEmptyDataFrames = 100
        // Streams come and go by the thousand: what the other side gave up is not held against it.
        connection.maximumRecentlyResetStreams = limits.streamsMax
        connection.maximumConnectionGlitches = 1 << 20
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = limits.streamWindow
        stream.outboundBufferSizeHighWatermark = 128 << 10
        stream.outboundBufferSizeLowWatermark = 32 << 10
        stream.streamResetFrameRateLimit.maximumCount = 1 << 20
        stream.streamErrorRateLimit.maximumCount = 1 << 20
        let mode: NIOHTTP2Handler.ParserMode = role == .agent ? .server : .client
        let handler = NIOHTTP2Handler(
            mode: mode, eventLoop: channel.eventLoop, connectionConfiguration: connection, streamConfiguration: stream,
            inboundStreamInitializer: inboundStream)
        bytes = WebSocketBytes(role, limits)
        keeper = TunnelKeeper(bytes, limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(bytes)
        try pipeline.addHandler(handler)
        try pipeline.addHandler(keeper)
        streams = try handler.syncMultiplexer()
    }
}
