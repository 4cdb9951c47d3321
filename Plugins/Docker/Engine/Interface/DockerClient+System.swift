package import JSON

extension DockerClient {
    /// What the engine is and can.
    package func info() async throws -> JSONValue { try await call(DockerRequest("GET", "/info")) }
    package func engineVersion() async throws -> JSONValue { try await call(DockerRequest("GET", "/version")) }

    /// What happens in the engine, until the task is cancelled or `until` (seconds since 1970) has passed.
    package func events(
        filters: [String: [String]] = [:], since: Int? = nil, until: Int? = nil, _ body: (JSONValue) async throws -> Void
    ) async throws {
        var query = Self.filters(filters)
        if let since { query.append(("since", String(since))) }
        if let until { query.append(("until", String(until))) }
        try await stream(DockerRequest("GET", "/events", query: query, timeoutSeconds: nil)).forEachMessage(body)
    }

    /// Filters as lists take them: `["label": ["a=b"]]`.
    static func filters(_ filters: [String: [String]]) -> [(String, String)] {
        guard !filters.isEmpty else { return [] }
        return [("filters", JSONValue.object(filters.mapValues { .array($0.map { .string($0) }) }).serialized())]
    }
}
