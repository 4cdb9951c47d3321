package import JSON
package import NIOCore

extension DockerClient {
    /// Makes a container without starting it.
    package func createContainer(_ body: JSONValue, name: String, platform: String? = nil) async throws -> JSONValue {
        let query = [("name", name)] + (platform.map { [("platform", $0)] } ?? [])
        return try await callToEnd(DockerRequest("POST", "/containers/create", query: query, body: .json(body), timeoutSeconds: 600))
    }

    /// By identifier or name.
    package func container(_ id: String) async throws -> JSONValue { try await call(container("GET", id, "/json")) }

    package func containers(all: Bool = true, filters: [String: [String]] = [:]) async throws -> [JSONValue] {
        let query = (all ? [("all", "1")] : []) + Self.filters(filters)
        return try await call(DockerRequest("GET", "/containers/json", query: query)).arrayValue ?? []
    }

    /// Success also if it runs already.
    package func startContainer(_ id: String) async throws {
        try await Self.unlessDone { try await call(container("POST", id, "/start", timeoutSeconds: 600)) }
    }

    /// Asks it to end, and kills it after so many seconds; success also if it does not run.
    package func stopContainer(_ id: String, graceSeconds: Int? = nil) async throws {
        let query = graceSeconds.map { [("t", String($0))] } ?? []
        try await Self.unlessDone {
            try await call(container("POST", id, "/stop", query: query, timeoutSeconds: 600 + (graceSeconds ?? 10)))
        }
    }

    package func restartContainer(_ id: String, graceSeconds: Int? = nil) async throws {
        let query = graceSeconds.map { [("t", String($0))] } ?? []
        try await call(container("POST", id, "/restart", query: query, timeoutSeconds: 600 + (graceSeconds ?? 10)))
    }

    package func killContainer(_ id: String, signal: String = "SIGKILL") async throws {
        try await call(container("POST", id, "/kill", query: [("signal", signal)]))
    }

    /// Waits until it does not run, or is removed.
    ///
    /// - Returns: its exit code.
    package func waitForContainer(_ id: String, condition: String = "not-running") async throws -> Int {
        let answer = try await call(container("POST", id, "/wait", query: [("condition", condition)], timeoutSeconds: nil))
        return answer["StatusCode"]?.intValue ?? 0
    }

    package func removeContainer(_ id: String, volumes: Bool = false, force: Bool = true) async throws {
        let query = (volumes ? [("v", "1")] : []) + (force ? [("force", "1")] : [])
        try await call(container("DELETE", id, "", query: query, timeoutSeconds: 600))
    }

    package func renameContainer(_ id: String, to name: String) async throws {
        try await call(container("POST", id, "/rename", query: [("name", name)]))
    }

    /// Changes limits and the restart policy.
    package func updateContainer(_ id: String, _ body: JSONValue) async throws -> JSONValue {
        try await call(container("POST", id, "/update", body: .json(body)))
    }

    /// Unpacks an archive in a directory of the container, running or not.
    package func putArchive(_ archive: ByteBuffer, in id: String, at path: String) async throws {
        try await call(container("PUT", id, "/archive", query: [("path", path)], body: .archive(archive), timeoutSeconds: 600))
    }

    /// The same of an archive that is made while it is sent; one that would put a directory in the place of something else, or
    /// something else in that of a directory, is refused.
    package func putArchive(
        _ parts: any AsyncSequence<ByteBuffer, any Error> & Sendable, sizeBytes: Int, in id: String, at path: String
    ) async throws {
        let query = [("path", path), ("noOverwriteDirNonDir", "1")]
        try await call(
            container("PUT", id, "/archive", query: query, body: .archiveParts(parts, sizeBytes: sizeBytes), timeoutSeconds: 600))
    }

    /// Whether the container has something at a path. With `/.` at its end: whether a directory is there, or a link to one.
    package func hasPath(_ path: String, in id: String) async throws -> Bool {
        do {
            try await call(container("HEAD", id, "/archive", query: [("path", path)]))
            return true
        } catch let error as DockerError where error.isNotFound {
            return false
        }
    }

    /// A file or directory of the container as a tar archive.
    package func archive(of id: String, at path: String) async throws -> DockerByteStream {
        try await stream(container("GET", id, "/archive", query: [("path", path)], timeoutSeconds: nil))
    }

    /// What it uses.
    ///
    /// - Parameter isSingle: whether one reading is enough; two take more than a second, and tell how busy processors are.
    package func stats(_ id: String, isSingle: Bool = true) async throws -> JSONValue {
        try await call(container("GET", id, "/stats", query: [("stream", "0")] + (isSingle ? [("one-shot", "1")] : [])))
    }

    /// Makes an image of what the container has become.
    ///
    /// - Parameters:
    ///   - pauses: whether it stands still meanwhile.
    ///   - changes: lines of a Dockerfile that change how the image is run.
    package func commit(
        _ id: String, repository: String, tag: String, comment: String = "", pauses: Bool = true, changes: [String] = []
    ) async throws -> JSONValue {
        let query =
            [("container", id), ("repo", repository), ("tag", tag), ("comment", comment), ("pause", pauses ? "1" : "0")]
            + changes.map { ("changes", $0) }
        return try await call(DockerRequest("POST", "/commit", query: query, body: .json([:]), timeoutSeconds: 1800))
    }

    private func container(
        _ method: String, _ id: String, _ rest: String, query: [(String, String)] = [], body: DockerRequest.Body = .none,
        timeoutSeconds: Int? = 120
    ) -> DockerRequest {
        DockerRequest(method, "/containers/\(DockerRequest.part(id))\(rest)", query: query, body: body, timeoutSeconds: timeoutSeconds)
    }

    private static func unlessDone(_ body: () async throws -> JSONValue) async throws {
        do {
            _ = try await body()
        } catch let error as DockerError where error.isNotModified {
            // It is so already, which is what was asked for.
            return
        }
    }
}
