package import NIOCore

/// An SSH-2 server on any stream of bytes: a TCP connection, or a stream of an HTTP/2 connection.
///
/// Everything of a connection happens on the event loop of its channel; only the file operations of SFTP leave it.
package enum SSHServer {
    /// Makes a channel, whose bytes the pipeline shows as `ByteBuffer`, an SSH connection. To be called on its event loop.
    package static func install(on pipeline: ChannelPipeline, _ configuration: SSHServerConfiguration) throws {
        try pipeline.syncOperations.addHandler(Transport(configuration, on: pipeline.eventLoop))
    }

    /// Serves a channel until it is closed.
    package static func serve(_ channel: any NIOCore.Channel, _ configuration: SSHServerConfiguration) async throws {
        try await channel.eventLoop.submit { try install(on: channel.pipeline, configuration) }.get()
        try await channel.closeFuture.get()
    }
}
