package import NIOCore
import Synchronization

/// The server's side of all tunnels: which agents are connected, and the way to each.
///
/// An agent has one connection: a newer one takes the place of the older, whose streams end.
package final class TunnelServer: Sendable {
    package let limits: TunnelLimits
    private let connections = Mutex<[String: TunnelConnection]>([:])
    private let onChange: @Sendable (_ agent: String, _ isConnected: Bool) -> Void

    /// - Parameter onChange: is told when an agent comes and goes, on the loop of its connection; not when it is replaced. Must not block.
    package init(limits: TunnelLimits = TunnelLimits(), onChange: @escaping @Sendable (String, Bool) -> Void = { _, _ in }) {
        self.limits = limits
        self.onChange = onChange
    }

    /// Takes an agent's connection, once its token was checked.
    ///
    /// To be called on the channel's loop in the handler of the upgrade (`NIOWebSocketServerUpgrader`'s `upgradePipelineHandler`), behind
    /// NIO's frame encoder and decoder; the decoder must take frames of ``TunnelLimits/frameSizeMax`` bytes.
    @discardableResult
    package func accept(_ channel: any Channel, agent: String) throws -> TunnelConnection {
        let connection = try TunnelConnection.adopt(channel, agent: agent, limits)
        let older = connections.withLock { connections in
            let older = connections[agent]
            connections[agent] = connection
            return older
        }
        older?.close(.replaced, "a newer connection of the same agent took over")
        if older == nil { onChange(agent, true) }
        channel.closeFuture.whenComplete { _ in self.forget(connection) }
        return connection
    }

    private func forget(_ connection: TunnelConnection) {
        let isLast = connections.withLock { connections in
            guard connections[connection.agent] === connection else { return false }
            connections[connection.agent] = nil
            return true
        }
        if isLast { onChange(connection.agent, false) }
    }

    /// An agent's connection, if it has one.
    package func connection(of agent: String) -> TunnelConnection? { connections.withLock { $0[agent] } }

    /// The agents that are connected.
    package var agents: [String] { connections.withLock { $0.keys.sorted() } }

    /// Ends an agent's connection, as when its token is not accepted any more.
    package func disconnect(_ agent: String, _ code: TunnelCloseCode = .unauthorized, _ reason: String) {
        connection(of: agent)?.close(code, reason)
    }

    /// Ends all connections: the agents come back by themselves.
    package func shutDown() {
        for connection in connections.withLock({ Array($0.values) }) { connection.close(.goingAway, "the server stops") }
    }

    /// Opens a byte stream to an agent.
    package func connect(to target: TunnelTarget, of agent: String) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        guard let connection = connection(of: agent) else {
            throw TunnelError(.disconnected, "the agent is not connected", status: 502)
        }
        return try await connection.connect(to: target)
    }
}
