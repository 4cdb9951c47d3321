package import NIOCore

/// What a tunnel takes, and how long it waits.
package struct TunnelLimits: Sendable, Hashable {
    /// The largest WebSocket frame that is taken.
    package var frameSizeMax = 1 << 20
    /// Bytes are sent in frames of about this size where there are so many.
    package var frameSize = 64 << 10
    /// Streams that are open at the same time.
    package var streamsMax = 4096
    /// What one stream may have sent that the other side has not read. What a slow reader costs.
    package var streamWindow = 512 << 10
    /// What may be on its way for all streams together. Does not depend on what is read from each.
    package var connectionWindow = 16 << 20
    /// How long opening a stream may take.
    package var openTimeout = TimeAmount.seconds(20)
    /// A stream on which nothing moves for so long is closed.
    package var idleTimeout = TimeAmount.hours(72)
    /// How often the other side is asked whether it is still there.
    package var pingInterval = TimeAmount.seconds(15)
    /// A connection on which nothing is heard for so long after that is given up.
    package var pingTimeout = TimeAmount.seconds(15)
    /// The largest body of an ordinary request, and of its answer.
    package var bodySizeMax = 1 << 20

    package init() {}
}

/// What both sides of a tunnel must agree on before it is there.
package enum TunnelProtocol {
    /// Raised when one side would misunderstand the other.
    package static let version = 1
    /// Where the server takes agents, below its access URL.
    package static let path = "/api/v2/berth/agent/connect"
    /// In which an agent says which version it speaks.
    package static let versionHeader = "Berth-Agent-Protocol"
    /// In which it brings its token.
    package static let tokenHeader = "Coder-Session-Token"
    /// In which it says which program it is.
    package static let agentVersionHeader = "Berth-Agent-Version"
    /// In which an agent says why it does not open a stream.
    static let reasonHeader = "berth-reason"

    /// Whether an agent that asks with these words can be served.
    /// - Throws: ``TunnelError`` with the status to answer with.
    package static func check(version: String?) throws(TunnelError) {
        guard let version, let number = Int(version) else {
            throw TunnelError(.version, "this is where agents connect; the header \(versionHeader) is missing", status: 400)
        }
        guard number == Self.version else {
            throw TunnelError(
                .version,
                "the agent speaks version \(number) of the tunnel, this server version \(Self.version): restart the workspace to get the agent that belongs to this server",
                status: 426)
        }
    }
}

/// Why a tunnel's WebSocket is closed: codes of RFC 6455's private range.
package enum TunnelCloseCode: UInt16, Sendable {
    /// The workspace stops, or the server does.
    case goingAway = 1001
    case protocolError = 1002
    /// A newer connection of the same agent is there.
    case replaced = 4001
    /// The token is not accepted any more.
    case unauthorized = 4003
}
