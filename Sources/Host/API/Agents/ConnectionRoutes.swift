import HTTPTypes
import HostAccess
package import HostAgents
package import HostStore
import Logging
import NIOCore
import NIOWebSocket
import Postgres
import Scalars
import Tunnel

/// Byte streams from a client through the server to a workspace: what `berth ssh` and `berth port-forward` travel on.
package struct ConnectionRoutes: Sendable {
    private let hub: AgentHub
    private let store: Store

    package init(hub: AgentHub, store: Store) {
        self.hub = hub
        self.store = store
    }

    package var routes: [Route] {
        [
            Route(
                method: .get, path: "/api/v2/berth/workspaceagents/{agent}/connect", tag: "Berth agents",
                summary: "A byte stream to a workspace (WebSocket, binary messages)", permission: .may(.ssh, .workspace),
                query: [.init("target", "string", "ssh, HOST:PORT as the workspace sees it, or unix:/PATH")], content: .none,
                handler: { scope in
                    scope.checked()
                    throw APIError(.upgradeRequired, "This takes a WebSocket.")
                },
                upgrade: { scope in try await connect(scope) }
            ).with { $0.timeLimit = nil }
        ]
    }

    private func connect(_ scope: RequestScope) async throws -> WebSocketAnswer {
        let id = try scope.uuid("agent")
        let row = try await store.pool.first(
            """
            select w.organization_id, w.owner_id from workspace_agents a join workspaces w on w.id = a.workspace_id
            where a.id = \(id) and not w.deleted
            """)
        guard let row else {
            scope.checked()
            throw APIError.notFound
        }
        try scope.require(.ssh, Object(.workspace, organization: try row["organization_id"], owner: try row["owner_id"]))
        let word = scope.query["target"] ?? "ssh"
        guard let target = TunnelTarget(authority: word), target != .terminal else {
            throw APIError(.badRequest, "There is no target \"\(word.prefix(100))\".", detail: "It is ssh, HOST:PORT, or unix:/PATH.")
        }
        let stream: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            stream = try await hub.connect(to: target, of: id)
        } catch let error as TunnelError {
            throw APIError(.badGateway, "The workspace cannot be reached: \(error.message).", detail: "See that it runs, and that its agent is connected.")
        }
        let logger = scope.logger
        return .channel { channel in try ByteStreamSocket.join(channel, stream, logger) }
    }
}
