import NIOCore

/// What a channel leads to.
///
/// What it is given counts against the client's window until it says so with ``SSHChannel/consumed(_:)``.
protocol ChannelContent: AnyObject {
    func receive(_ data: ByteBuffer)
    /// The client will send nothing more.
    func receiveEOF()
    /// Does what the client asks for; false if it cannot.
    func receiveRequest(_ name: String, _ packet: inout ByteBuffer) throws -> Bool
    /// The client has accepted a channel that we opened.
    func opened()
    /// There is room for data again.
    func outputIsFree()
    /// The channel is gone, because both have closed it, or the connection was lost.
    func closed()
}

extension ChannelContent {
    func receiveRequest(_ name: String, _ packet: inout ByteBuffer) throws -> Bool { false }
    func opened() {}
}
