package import JSON

/// What a swarm keeps, beside services.
package enum SwarmFileKind: String, Sendable {
    case secret = "secrets"
    case config = "configs"
}

extension DockerClient {
    // MARK: Secrets and configs

    /// - Returns: its identifier.
    package func createFile(_ kind: SwarmFileKind, _ body: JSONValue) async throws -> String {
        try Self.identifier(try await call(DockerRequest("POST", "/\(kind.rawValue)/create", body: .json(body))))
    }

    /// By identifier or name.
    package func file(_ kind: SwarmFileKind, _ id: String) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/\(kind.rawValue)/\(DockerRequest.part(id))"))
    }

    package func files(_ kind: SwarmFileKind, filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/\(kind.rawValue)", query: Self.filters(filters))).arrayValue ?? []
    }

    package func removeFile(_ kind: SwarmFileKind, _ id: String) async throws {
        try await call(DockerRequest("DELETE", "/\(kind.rawValue)/\(DockerRequest.part(id))"))
    }

    // MARK: Services

    /// - Returns: its identifier, and what the engine warns of.
    package func createService(
        _ specification: JSONValue, credentials: RegistryCredentials? = nil
    ) async throws -> (id: String, warnings: [String]) {
        let request = DockerRequest("POST", "/services/create", headers: credentials?.header ?? [:], body: .json(specification))
        let answer = try await call(request)
        return (try Self.identifier(answer), Self.warnings(answer))
    }

    package func service(_ id: String) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/services/\(DockerRequest.part(id))"))
    }

    package func services(filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/services", query: Self.filters(filters))).arrayValue ?? []
    }

    /// - Parameter version: the one that was read; if somebody changed the service since, it is refused.
    /// - Returns: what the engine warns of.
    package func updateService(
        _ id: String, version: Int, _ specification: JSONValue, credentials: RegistryCredentials? = nil
    ) async throws -> [String] {
        let request = DockerRequest(
            "POST", "/services/\(DockerRequest.part(id))/update", query: [("version", String(version))],
            headers: credentials?.header ?? [:], body: .json(specification))
        return Self.warnings(try await call(request))
    }

    package func removeService(_ id: String) async throws { try await call(DockerRequest("DELETE", "/services/\(DockerRequest.part(id))")) }

    package func tasks(filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/tasks", query: Self.filters(filters))).arrayValue ?? []
    }

    package func task(_ id: String) async throws -> JSONValue { try await call(DockerRequest("GET", "/tasks/\(DockerRequest.part(id))")) }

    // MARK: The swarm itself

    /// Makes the engine the manager of a swarm of its own.
    package func initializeSwarm(listen: String, advertise: String) async throws {
        try await call(
            DockerRequest("POST", "/swarm/init", body: .json(["ListenAddr": .string(listen), "AdvertiseAddr": .string(advertise)])))
    }

    private static func warnings(_ answer: JSONValue) -> [String] {
        (answer["Warnings"]?.arrayValue ?? [answer["Warning"] ?? .null]).compactMap(\.stringValue).filter { !$0.isEmpty }
    }

    private static func identifier(_ answer: JSONValue) throws(DockerError) -> String {
        guard let id = answer["ID"]?.stringValue, !id.isEmpty else {
            throw DockerError(.invalidAnswer, "the Docker Engine made something without saying its identifier")
        }
        return id
    }
}
