package import JSON

extension DockerClient {
    package func createNetwork(_ body: JSONValue) async throws -> JSONValue {
        try await callToEnd(DockerRequest("POST", "/networks/create", body: .json(body)))
    }

    package func network(_ id: String) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/networks/\(DockerRequest.part(id))"))
    }

    package func networks(filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/networks", query: Self.filters(filters))).arrayValue ?? []
    }

    package func removeNetwork(_ id: String) async throws { try await call(DockerRequest("DELETE", "/networks/\(DockerRequest.part(id))")) }

    /// - Parameter settings: what the container is in the network: addresses, aliases.
    package func connect(_ container: String, to network: String, settings: JSONValue) async throws {
        try await call(
            DockerRequest(
                "POST", "/networks/\(DockerRequest.part(network))/connect",
                body: .json(["Container": .string(container), "EndpointConfig": settings])))
    }

    package func disconnect(_ container: String, from network: String, force: Bool = false) async throws {
        try await call(
            DockerRequest(
                "POST", "/networks/\(DockerRequest.part(network))/disconnect",
                body: .json(["Container": .string(container), "Force": .bool(force)])))
    }
}
