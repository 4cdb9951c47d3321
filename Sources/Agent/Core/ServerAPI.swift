package import AgentProtocol
package import Dialing
package import JSON
package import NIOCore

/// The server's API, as an agent uses it.
package struct ServerAPI: Sendable {
    private let requester: HTTPRequester

    package init(_ settings: AgentSettings, _ dialer: Dialer, _ group: any EventLoopGroup) {
        requester = HTTPRequester(
            settings.server, dialer, group,
            headers: [
                ("Coder-Session-Token", settings.token), ("Authorization", "Bearer \(settings.token)"),
                ("User-Agent", "berth-agent/\(AgentVersion.text)"), ("Accept", "application/json"),
            ])
    }

    /// A server that does not do what it was asked, and what it says of it.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package var status: Int
        package var description: String
    }

    package func manifest() async throws -> AgentManifest { try AgentManifest(json: try await get(AgentRoutes.manifest)) }

    package func send(_ report: AgentReport) async throws {
        let response = try await requester.send("POST", AgentRoutes.report, body: Array(report.json.serialized().utf8))
        guard (200..<300).contains(response.status) else { throw Self.failure(response) }
    }

    package func get(_ path: String) async throws -> JSONValue {
        let response = try await requester.send("GET", path)
        guard response.status == 200 else { throw Self.failure(response) }
        return try JSONValue(parsing: String(buffer: response.body))
    }

    private static func failure(_ response: HTTPRequester.Response) -> Failure {
        let said = try? JSONValue(parsing: String(buffer: response.body))["message"]?.stringValue  // or it says nothing
        let text = (said ?? nil).map { ": \($0.prefix(300))" } ?? ""
        return Failure(status: response.status, description: "the server answers with status \(response.status)\(text)")
    }
}

/// Which agent this is.
package enum AgentVersion {
    package static let text = "0.1.0"
}
