package import AgentProtocol
package import HostStore
package import Logging
package import NIOCore
import Postgres
package import Scalars
package import Tunnel

/// The agents that are connected to this server, and what it knows of all.
package final class AgentHub: Sendable {
    private let store: Store
    private let site: AgentSite
    /// This server, for the others.
    private let serverID: UUID
    private let logger: Logger
    private let tunnels: TunnelServer
    private let changes: AsyncStream<(agent: UUID, isConnected: Bool)>

    package init(_ store: Store, site: AgentSite, serverID: UUID, logger: Logger) {
        self.store = store
        self.site = site
        self.serverID = serverID
        self.logger = logger
        // One for each that comes or goes; the database takes them one after the other.
        let (changes, continuation) = AsyncStream.makeStream(of: (agent: UUID, isConnected: Bool).self)
        self.changes = changes
        tunnels = TunnelServer { agent, isConnected in
            if let id = UUID(agent) { continuation.yield((id, isConnected)) }
        }
    }

    /// Writes down who comes and goes, until its task is cancelled; then all connections end, and agents come back elsewhere.
    package func run() async {
        await withTaskCancellationHandler {
            for await change in changes { await write(change.agent, isConnected: change.isConnected) }
        } onCancel: {
            tunnels.shutDown()
        }
        // Whoever was here is not any more; if this cannot be written, the connections' age tells.
        let (store, serverID) = (store, serverID)
        _ = await Task {
            try await store.pool.query(
                "update workspace_agents set disconnected_at = now(), server_id = null where server_id = \(serverID)")
        }.result
    }

    private func write(_ agent: UUID, isConnected: Bool) async {
        // The last that happened counts, whatever was waiting here before it.
        guard isConnected == (tunnels.connection(of: agent.description) != nil) else { return }
        do {
            let rows = try await store.pool.query(
                isConnected
                    ? """
                    update workspace_agents set first_connected_at = coalesce(first_connected_at, now()), last_connected_at = now(),
                        disconnected_at = null, server_id = \(serverID), updated_at = now() where id = \(agent) returning workspace_id
                    """
                    : """
                    update workspace_agents set last_connected_at = now(), disconnected_at = now(), server_id = null, updated_at = now()
                    where id = \(agent) and server_id = \(serverID) returning workspace_id
                    """)
            if let workspace: UUID = try rows.first?["workspace_id"] {
                try await store.pool.notify(.workspaceChanged, workspace.description)
            }
        } catch {
            logger.warning("an agent's connection is not on record", metadata: ["agent.id": "\(agent)", "database.error": "\(error)"])
        }
    }

    // MARK: - What an agent asks

    /// - Returns: nil if the token is nobody's, or nobody's any more.
    package func agent(token: String) async throws -> AgentIdentity? {
        guard !token.isEmpty, token.utf8.count <= 256 else { return nil }
        return try await store.agent(token: token)
    }

    package func manifest(of agent: AgentIdentity) async throws -> AgentManifest? { try await store.manifest(of: agent, site) }

    /// - Returns: false if there have been enough logs.
    package func take(_ report: AgentReport, of agent: AgentIdentity) async throws -> Bool { try await store.take(report, of: agent) }

    /// Takes an agent's connection, in the upgrade of its WebSocket, on the channel's loop.
    package func accept(_ channel: any Channel, of agent: AgentIdentity) throws {
        try tunnels.accept(channel, agent: agent.id.description)
    }

    // MARK: - What is asked of an agent

    package func isConnected(_ agent: UUID) -> Bool { tunnels.connection(of: agent.description) != nil }

    /// Opens a byte stream to an agent; whoever has it must use `executeThenClose`.
    ///
    /// - Throws: `TunnelError`, which says why not.
    package func connect(
        to target: TunnelTarget, of agent: UUID, headers: [(String, String)] = []
    ) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        guard let connection = tunnels.connection(of: agent.description) else {
            throw TunnelError(.disconnected, "the agent is not connected", status: 502)
        }
        return try await connection.connect(to: target, headers: headers)
    }

    /// Asks an agent something.
    package func request(_ request: TunnelRequest, of agent: UUID) async throws -> TunnelResponse {
        guard let connection = tunnels.connection(of: agent.description) else {
            throw TunnelError(.disconnected, "the agent is not connected", status: 502)
        }
        return try await connection.request(request)
    }

    /// Ends the connections of a workspace's agents that another build has replaced: they come back as those they are now.
    package func disconnectReplaced(in workspace: UUID) async throws {
        let connected = tunnels.agents.compactMap { UUID($0) }
        guard !connected.isEmpty else { return }
        let rows = try await store.pool.query(
            """
            select a.id from workspace_agents a join workspace_builds b on b.id = a.build_id
            where a.workspace_id = \(workspace) and a.id = any(\(connected)) and exists (
                select from workspace_builds later join provisioner_jobs j on j.id = later.job_id
                where later.workspace_id = \(workspace) and later.number > b.number and j.completed_at is not null and j.error is null
                    and j.canceled_at is null)
            """)
        for row in rows {
            let id: UUID = try row["id"]
            tunnels.disconnect(id.description, .goingAway, "the workspace was built anew")
        }
    }
}
