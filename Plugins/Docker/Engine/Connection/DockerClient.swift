import AsyncHTTPClient
import Glibc
package import JSON
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// A client of one Docker Engine. Cheap to make; connections are shared by all of a process.
package final class DockerClient: Sendable {
    package let endpoint: DockerEndpoint
    /// The version to speak, if that is not to be agreed on.
    private let fixedVersion: APIVersion?
    private let security: TLSConfiguration?
    private let agreed = Mutex<APIVersion?>(nil)
    /// Where the engine is reached by SSH.
    private let bridge: SSHBridge?

    /// The most that an answer may have which is read as a whole.
    package static let answerSizeMax = 64 << 20

    private static let http = client(connectionsMax: 256)
    /// Each of these connections is a process, and an engine's sshd takes only some at once.
    private static let bridgedHTTP = client(connectionsMax: 32)

    private static func client(connectionsMax: Int) -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(15)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // An engine that does not listen will not do so a moment later.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package init(_ endpoint: DockerEndpoint, version: APIVersion? = nil) throws(DockerError) {
        self.endpoint = endpoint
        fixedVersion = version
        security = try endpoint.security?.configuration()
        bridge = if case .ssh(let destination) = endpoint.address { SSHBridge(destination) } else { nil }
    }

    // MARK: Versions

    /// The version that both sides speak; asked for once.
    package func version() async throws -> APIVersion {
        if let version = fixedVersion ?? agreed.withLock(\.self) { return version }
        let response = try await answer(DockerRequest("GET", "/_ping", timeoutSeconds: 30), version: nil)
        _ = try await Self.collect(response, DockerRequest("GET", "/_ping"), limit: 1 << 16)
        guard let text = response.headers.first(name: "Api-Version"), let theirs = APIVersion(text) else {
            throw DockerError(.invalidAnswer, "what answers at \(endpoint.text) is no Docker Engine: it does not say its version")
        }
        guard theirs >= .oldest else {
            throw DockerError(
                .unsupportedVersion,
                "the Docker Engine at \(endpoint.text) speaks API version \(theirs), and \(APIVersion.oldest) is the oldest supported; update it to Docker 19.03 or newer"
            )
        }
        let version = min(theirs, .newest)
        agreed.withLock { $0 = version }
        return version
    }

    // MARK: Requests

    /// The JSON answer of a request; null if it is empty.
    @discardableResult
    package func call(_ request: DockerRequest) async throws -> JSONValue {
        let response = try await send(request)
        let body = try await Self.collect(response, request, limit: Self.answerSizeMax)
        guard body.readableBytes > 0 else { return .null }
        return try Self.json(body, request)
    }

    /// The answer of a request that makes something. A task that is cancelled waits for it a while: the engine goes on, whoever
    /// listens, and what it makes while nobody does would be found only later.
    func callToEnd(_ request: DockerRequest) async throws -> JSONValue {
        try Task.checkCancellation()
        let making = Task { try await call(request) }
        return try await withTaskCancellationHandler {
            try await making.value
        } onCancel: {
            Task {
                // Nobody cancels this sleep; once the answer is there, what follows does nothing.
                try? await Task.sleep(for: .seconds(Self.patienceSeconds))
                making.cancel()
            }
        }
    }

    /// How long an answer is waited for after a cancellation; a stuck engine must not hold up the end of a job.
    private static let patienceSeconds = 15

    /// The bytes of an answer, as they come.
    package func stream(_ request: DockerRequest) async throws -> DockerByteStream {
        DockerByteStream(body: try await send(request).body, request: request.text)
    }

    /// An answer that is no refusal.
    private func send(_ request: DockerRequest) async throws -> HTTPClientResponse {
        let response = try await answer(request, version: try await version())
        guard !(200..<300).contains(response.status.code) else { return response }
        // The body holds the engine's words; without them the status has to do.
        let body = try await Self.collect(response, request, limit: 1 << 20)
        let text = String(buffer: body)
        let words = (try? JSONValue(parsing: text))?["message"]?.stringValue ?? text
        throw DockerError(
            .refused(status: Int(response.status.code)), words.isEmpty ? response.status.reasonPhrase : words, request: request.text)
    }

    private func answer(_ request: DockerRequest, version: APIVersion?) async throws -> HTTPClientResponse {
        let origin = try bridge?.origin() ?? endpoint.origin ?? ""
        var http = HTTPClientRequest(url: origin + (version.map { "/v\($0)" } ?? "") + request.target)
        http.method = HTTPMethod(rawValue: request.method)
        http.tlsConfiguration = security
        http.headers.add(name: "Host", value: "docker")
        http.headers.add(name: "User-Agent", value: "Berth")
        for (name, value) in request.headers { http.headers.add(name: name, value: value) }
        switch request.body {
        case .none: if request.method == "POST" { http.headers.add(name: "Content-Length", value: "0") }
        case .json(let value):
            http.headers.add(name: "Content-Type", value: "application/json")
            http.body = .bytes(ByteBuffer(bytes: value.serializedBytes()))
        case .archive(let bytes):
            http.headers.add(name: "Content-Type", value: "application/x-tar")
            http.body =
                request.onSent.map {
                    .stream(ArchiveParts(bytes: bytes, onSent: $0), length: .known(Int64(bytes.readableBytes)))
                } ?? .bytes(bytes)
        case .archiveParts(let parts, let sizeBytes):
            http.headers.add(name: "Content-Type", value: "application/x-tar")
            http.body = .parts(parts, sizeBytes: sizeBytes)
        }
        let deadline = request.timeoutSeconds.map { NIODeadline.now() + .seconds(Int64($0)) } ?? .distantFuture
        let start = ContinuousClock.now
        do {
            return try await (bridge == nil ? Self.http : Self.bridgedHTTP).execute(http, deadline: deadline)
        } catch {
            let words = await bridge?.explanation(since: start)
            throw Self.failure(error, request.text, endpoint, words)
        }
    }

    private static func collect(_ response: HTTPClientResponse, _ request: DockerRequest, limit: Int) async throws -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw DockerError(.invalidAnswer, "the answer to \(request.text) is larger than \(limit >> 20) MiB", request: request.text)
        } catch {
            throw failure(error, request.text, nil)
        }
    }

    static func json(_ bytes: ByteBuffer, _ request: DockerRequest) throws(DockerError) -> JSONValue {
        do {
            return try JSONValue(parsing: String(buffer: bytes), limits: JSONLimits(maxSizeBytes: answerSizeMax))
        } catch {
            throw DockerError(.invalidAnswer, "the answer to \(request.text) is no JSON: \(error)", request: request.text)
        }
    }

    /// An error of the network in words of ours.
    ///
    /// - Parameter words: what ssh said, where that was between.
    static func failure(_ error: any Error, _ request: String, _ endpoint: DockerEndpoint?, _ words: String? = nil) -> any Error {
        if error is CancellationError || error is DockerError { return error }
        if let failure = error as? RequestPartsFailure { return failure.cause }
        if let error = error as? HTTPClientError {
            if error == .cancelled { return CancellationError() }
            if error == .deadlineExceeded || error == .readTimeout {
                return DockerError(.interrupted, "the Docker Engine did not answer \(request) in time", request: request)
            }
        }
        let broken = (error as? HTTPClientError) == .remoteConnectionClosed || [ECONNRESET, EPIPE].contains((error as? IOError)?.errnoCode)
        // What only asks can be asked again; ssh says better why it could not.
        if let endpoint, broken, words == nil || !request.hasPrefix("GET ") {
            return DockerError(
                .interrupted,
                "the connection to the Docker Engine at \(endpoint.text) broke before it answered \(request)\(words.map { " (\($0))" } ?? ""), so it is not known whether that was done; see that the engine runs",
                request: request)
        }
        guard let endpoint else {
            return DockerError(.interrupted, "the connection broke while the Docker Engine answered \(request): \(error)", request: request)
        }
        return DockerError(
            .unreachable,
            "the Docker Engine at \(endpoint.text) cannot be reached: \(words ?? "\(error)"); see that it runs, that this user may connect to it, and that \"host\" of the provider, or DOCKER_HOST, is its address",
            request: request)
    }
}
