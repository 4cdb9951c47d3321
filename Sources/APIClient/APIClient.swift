import AsyncHTTPClient
package import JSON
import NIOCore
import NIOHTTP1
package import NIOSSL

/// A client of a Berth server's API, and of what speaks the same.
///
/// Documents are JSON as the server gave it. A request ends with the task that makes it.
package struct APIClient: Sendable {
    /// Of a server, without what comes after its path.
    package let url: ServerURL
    /// What a login gave; nil before.
    package var token: String?
    /// Whom to trust behind TLS; nil for the system's authorities.
    package var trust: [NIOSSLCertificate]?

    /// Who is not there is told at once, not asked again until the time is over.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(15)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    static let answerMaxBytes = 256 << 20
    /// A request that is no stream, until its answer is complete.
    static let timeLimit = TimeAmount.seconds(60)

    package init(url: ServerURL, token: String? = nil, trust: [NIOSSLCertificate]? = nil) {
        self.url = url
        self.token = token
        self.trust = trust
    }

    package func get(_ path: String, query: [(String, String)] = []) async throws -> JSONValue {
        try await send(.GET, path, query: query)
    }

    package func post(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue { try await send(.POST, path, body: body) }
    package func put(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue { try await send(.PUT, path, body: body) }
    package func patch(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue { try await send(.PATCH, path, body: body) }
    package func delete(_ path: String) async throws -> JSONValue { try await send(.DELETE, path) }

    /// Sends bytes that are no JSON: an archive.
    package func upload(_ path: String, _ bytes: [UInt8], type: String) async throws -> JSONValue {
        try Self.json(try await perform(.POST, path, [], body: bytes, type: type), "POST \(path)")
    }

    /// Bytes that are no JSON.
    package func download(_ path: String, query: [(String, String)] = []) async throws -> [UInt8] {
        try await perform(.GET, path, query, body: nil, type: nil)
    }

    private func send(_ method: HTTPMethod, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil) async throws
        -> JSONValue
    {
        let bytes = try await perform(method, path, query, body: body?.serializedBytes(), type: body == nil ? nil : "application/json")
        return try Self.json(bytes, "\(method) \(path)")
    }

    private static func json(_ bytes: [UInt8], _ request: String) throws -> JSONValue {
        if bytes.isEmpty { return .null }
        do {
            return try bytes.withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw APIError(status: 0, message: "what answers is not a Berth server", detail: "\(request): \(error)", request: request)
        }
    }

    private func perform(
        _ method: HTTPMethod, _ path: String, _ query: [(String, String)], body: [UInt8]?, type: String?
    ) async throws -> [UInt8] {
        let name = "\(method) \(path)"
        var request = HTTPClientRequest(url: url.text(path, query: query))
        request.method = method
        request.headers = headers
        if let type { request.headers.add(name: "Content-Type", value: type) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        if trust != nil { request.tlsConfiguration = .client(trusting: trust) }
        do {
            let response = try await Self.http.execute(request, timeout: Self.timeLimit)
            let bytes = try await response.body.collect(upTo: Self.answerMaxBytes)
            let status = Int(response.status.code)
            guard (200..<300).contains(status) else { throw APIError(status: status, body: Array(buffer: bytes), request: name) }
            return Array(buffer: bytes)
        } catch let error as APIError {
            throw error
        } catch {
            if error is CancellationError || Task.isCancelled { throw CancellationError() }
            throw unreachable(error, name)
        }
    }

    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "berth"]
        if let token { headers.add(name: "Coder-Session-Token", value: token) }
        return headers
    }

    /// There was no answer, or none that could be read.
    func unreachable(_ error: any Error, _ request: String) -> APIError {
        APIError(
            status: 0, message: "cannot reach the server at \(url)",
            detail: "\(Self.words(error)). Is it running, and is this its address?", request: request)
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout: "it does not accept connections"
        case let error as HTTPClientError where error == .deadlineExceeded: "it did not answer in time"
        default: "\(error)"
        }
    }
}

extension TLSConfiguration {
    /// For a client that trusts these, or else the system's authorities.
    static func client(trusting certificates: [NIOSSLCertificate]?) -> TLSConfiguration {
        var configuration = makeClientConfiguration()
        if let certificates { configuration.trustRoots = .certificates(certificates) }
        return configuration
    }
}
