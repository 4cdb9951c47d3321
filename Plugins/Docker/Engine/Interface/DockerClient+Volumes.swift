package import JSON

extension DockerClient {
    /// Makes a volume; one of the name that exists already is the answer as it is.
    package func createVolume(_ body: JSONValue) async throws -> JSONValue {
        try await callToEnd(DockerRequest("POST", "/volumes/create", body: .json(body)))
    }

    package func volume(_ name: String) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/volumes/\(DockerRequest.part(name))"))
    }

    package func volumes(filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/volumes", query: Self.filters(filters)))["Volumes"]?.arrayValue ?? []
    }

    package func removeVolume(_ name: String, force: Bool = false) async throws {
        try await call(DockerRequest("DELETE", "/volumes/\(DockerRequest.part(name))", query: force ? [("force", "1")] : []))
    }
}
