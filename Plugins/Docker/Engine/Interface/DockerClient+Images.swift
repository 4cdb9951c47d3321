package import JSON
package import NIOCore

extension DockerClient {
    /// By name or identifier.
    package func image(_ name: String) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/images/\(DockerRequest.image(name))/json"))
    }

    package func images(filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        try await call(DockerRequest("GET", "/images/json", query: Self.filters(filters))).arrayValue ?? []
    }

    /// Fetches an image; each message tells how far it is.
    package func pull(
        _ image: ImageReference, platform: String? = nil, credentials: RegistryCredentials? = nil,
        _ progress: (JSONValue) async throws -> Void
    ) async throws {
        var query = [("fromImage", image.repository), ("tag", image.tagOrDigest)]
        if let platform, !platform.isEmpty { query.append(("platform", platform)) }
        let request = DockerRequest("POST", "/images/create", query: query, headers: credentials?.header ?? [:], timeoutSeconds: nil)
        try await follow(request, progress)
    }

    /// Sends an image to the registry in its name.
    package func push(
        _ image: ImageReference, credentials: RegistryCredentials? = nil, _ progress: (JSONValue) async throws -> Void
    ) async throws {
        let path = "/images/\(DockerRequest.image(image.repository))/push"
        // The engine insists on credentials, be they empty.
        let header = (credentials ?? RegistryCredentials()).header
        try await follow(
            DockerRequest("POST", path, query: [("tag", image.tag ?? "latest")], headers: header, timeoutSeconds: nil), progress)
    }

    /// Builds an image from an archive with a Dockerfile.
    ///
    /// - Parameter onSent: is told how many bytes of the archive are on their way.
    /// - Returns: its identifier, if the engine said one.
    @discardableResult
    package func build(
        _ context: ByteBuffer, query: [(String, String)], credentials: [String: RegistryCredentials] = [:],
        onSent: (@Sendable (Int) -> Void)? = nil, _ progress: (JSONValue) async throws -> Void
    ) async throws -> String? {
        let headers = RegistryCredentials.configurationHeader(credentials)
        var request = DockerRequest("POST", "/build", query: query, headers: headers, body: .archive(context), timeoutSeconds: nil)
        request.onSent = onSent
        var id: String?
        try await follow(request) { message in
            if let found = message["aux"]?["ID"]?.stringValue { id = found }
            try await progress(message)
        }
        return id
    }

    /// Makes an image of one layer from an archive of files.
    package func importImage(_ archive: ByteBuffer, as image: ImageReference, changes: [String] = []) async throws {
        let query = [("fromSrc", "-"), ("repo", image.repository), ("tag", image.tagOrDigest)] + changes.map { ("changes", $0) }
        try await follow(DockerRequest("POST", "/images/create", query: query, body: .archive(archive), timeoutSeconds: nil)) { _ in }
    }

    package func tag(_ image: String, as target: ImageReference) async throws {
        let query = [("repo", target.repository), ("tag", target.tag ?? "latest")]
        try await call(DockerRequest("POST", "/images/\(DockerRequest.image(image))/tag", query: query))
    }

    /// Takes a name off an image, and removes it with its last name.
    @discardableResult
    package func removeImage(_ name: String, force: Bool = false) async throws -> JSONValue {
        let query = force ? [("force", "1")] : []
        return try await call(DockerRequest("DELETE", "/images/\(DockerRequest.image(name))", query: query, timeoutSeconds: 600))
    }

    /// What the registry says of a name: digest and platforms.
    package func distribution(_ name: String, credentials: RegistryCredentials? = nil) async throws -> JSONValue {
        try await call(DockerRequest("GET", "/distribution/\(DockerRequest.image(name))/json", headers: credentials?.header ?? [:]))
    }

    /// The messages of something long; one that tells of a failure is thrown.
    private func follow(_ request: DockerRequest, _ progress: (JSONValue) async throws -> Void) async throws {
        try await stream(request).forEachMessage { message in
            if let words = message["errorDetail"]?["message"]?.stringValue ?? message["error"]?.stringValue {
                throw DockerError(.failed, words, request: request.text)
            }
            try await progress(message)
        }
    }
}
