import AgentProtocol
import HTTPTypes
package import HostAgents
import JSON
import NIOCore
import Tunnel

/// What agents ask of the server. Each shows the token that its build gave it.
package struct AgentRoutes: Sendable {
    private let hub: AgentHub
    private let files: AgentFiles
    private static let who = Permission.other("the agent of a workspace, by its token")
    /// A report has logs of a few seconds in it.
    private static let reportMaxBytes = 4 << 20

    package init(hub: AgentHub, files: AgentFiles) {
        self.hub = hub
        self.files = files
    }

    package var routes: [Route] {
        [
            Route(
                method: .get, path: AgentRoutePaths.manifest, tag: "Berth agents", summary: "What an agent is to do", permission: Self.who,
                content: .media("application/json")
            ) { scope in
                guard let manifest = try await hub.manifest(of: try await agent(scope)) else { throw Self.unknown }
                return Self.json(manifest.json)
            },
            Route(
                method: .post, path: AgentRoutePaths.report, tag: "Berth agents", summary: "What an agent has to say", permission: Self.who,
                body: .bytes(["application/json"], sizeMax: Self.reportMaxBytes), status: .noContent, content: .none
            ) { scope in try await report(scope) },
            Route(
                method: .get, path: TunnelProtocol.path, tag: "Berth agents", summary: "The tunnel of an agent (WebSocket)",
                permission: Self.who, content: .none,
                handler: { _ in throw APIError(.upgradeRequired, "This is for agents: it takes a WebSocket.") },
                upgrade: { scope in try await connect(scope) }
            ).with { $0.timeLimit = nil },
            files.route("/bin/{file}"),
        ]
    }

    private func agent(_ scope: RequestScope) async throws -> AgentIdentity {
        let shown = HTTPField.Name(TunnelProtocol.tokenHeader).flatMap { scope.headers[$0] } ?? ""
        guard let agent = try await hub.agent(token: shown) else { throw Self.unknown }
        return agent
    }

    private static var unknown: APIError {
        .unauthorized("This token belongs to no agent: its workspace was built anew, stopped or deleted, or is still being built.")
    }

    private func report(_ scope: RequestScope) async throws -> Answer {
        let agent = try await agent(scope)
        let buffer = try await scope.bytes(sizeMax: Self.reportMaxBytes)
        let report: AgentReport
        do {
            report = try AgentReport(json: try JSONValue(parsing: String(buffer: buffer)))
        } catch {
            throw APIError(.badRequest, "This is no report of an agent.", detail: "\(error)")
        }
        let hasRoom = try await hub.take(report, of: agent)
        return Answer(status: hasRoom ? .noContent : .contentTooLarge)
    }

    private func connect(_ scope: RequestScope) async throws -> WebSocketAnswer {
        let version = HTTPField.Name(TunnelProtocol.versionHeader).flatMap { scope.headers[$0] } ?? ""
        guard version == "\(TunnelProtocol.version)" else {
            throw APIError(
                .upgradeRequired, "The agent speaks version \(version.prefix(16)) of the tunnel, the server version \(TunnelProtocol.version).",
                detail: "Restart the workspace to get the agent that belongs to this server.")
        }
        let agent = try await agent(scope)
        let hub = hub
        return .channel { channel in try hub.accept(channel, of: agent) }
    }

    private static func json(_ document: JSONValue) -> Answer {
        Answer(headers: [.contentType: "application/json"], body: .bytes(ByteBuffer(bytes: document.serializedBytes())))
    }
}

/// The names of the protocol, beside this room's own type of that name.
private typealias AgentRoutePaths = AgentProtocol.AgentRoutes
