package import APITypes
import AsyncHTTPClient
import JSON
package import NIOCore
package import NIOHTTP1
import NIOSSL
import Synchronization

/// Speaks to a server: one address, one key, one error.
package final class APIClient: Sendable {
    /// What may be said besides where the server is.
    package struct Options: Sendable {
        /// `ID-SECRET`; nil before a login.
        package var token: String?
        /// A PEM file of further authorities to trust; nil for those of the system alone.
        package var authorities: String?
        /// Trusts whatever answers. For trying things out.
        package var trustsAnybody = false
        package var timeLimit: Duration = .seconds(60)
        /// Further header fields of every request.
        package var headers: [(name: String, value: String)] = []
        /// What the client calls itself.
        package var userAgent = "berth"
        /// Bytes of an answer that is kept in memory.
        package var answerSizeMax = 64 << 20

        /// The defaults.
        package init() {}
    }

    package let url: ServerURL
    package let options: Options
    private let client: HTTPClient

    /// A client; ``close()`` it at the end.
    package init(_ url: ServerURL, _ options: Options = Options()) throws(APIClientError) {
        self.url = url
        self.options = options
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = try Self.tls(options)
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Lets go of the connections.
    package func close() async throws {
        try await client.shutdown()
    }

    // MARK: - Requests

    /// A question.
    package func get<Result: Decodable>(_ path: String, query: [(String, String?)] = [], as type: Result.Type = Result.self) async throws -> Result {
        try Self.decode(type, await data(.GET, path, query: query), "GET \(path)")
    }

    /// A command, and what it answers.
    package func send<Result: Decodable>(
        _ method: HTTPMethod, _ path: String, _ body: some Encodable, as type: Result.Type = Result.self
    ) async throws -> Result {
        try Self.decode(type, await data(method, path, body: Self.json(body)), "\(method) \(path)")
    }

    /// A command whose answer does not matter beyond its being well.
    package func send(_ method: HTTPMethod, _ path: String, _ body: some Encodable) async throws {
        _ = try await data(method, path, body: Self.json(body))
    }

    /// A command that says nothing more.
    package func act<Result: Decodable>(_ method: HTTPMethod, _ path: String, as type: Result.Type = Result.self) async throws -> Result {
        try Self.decode(type, await data(method, path), "\(method) \(path)")
    }

    /// A command that says nothing more, and whose answer does not matter beyond its being well.
    package func act(_ method: HTTPMethod, _ path: String) async throws {
        _ = try await data(method, path)
    }

    /// Uploads the archive of a template: `application/x-tar` or `application/zip`.
    package func upload(_ archive: ByteBuffer, mediaType: String) async throws -> UploadResponse {
        let answer = try await data(.POST, "/api/v2/files", body: (mediaType, archive))
        return try Self.decode(UploadResponse.self, answer, "POST /api/v2/files")
    }

    /// The bytes of an answer that is well.
    ///
    /// - Throws: ``APIClientError`` for any other; `CancellationError`.
    package func data(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], body: (mediaType: String, bytes: ByteBuffer)? = nil
    ) async throws -> ByteBuffer {
        let target = Self.target(path, query)
        let name = "\(method) \(url)\(path)"
        var request = HTTPClientRequest(url: "\(url)\(target)")
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.replaceOrAdd(name: "content-type", value: body.mediaType)
            request.body = .bytes(body.bytes)
        }
        do {
            let response = try await client.execute(request, timeout: TimeAmount(options.timeLimit))
            let answer = try await response.body.collect(upTo: options.answerSizeMax)
            guard (200..<300).contains(response.status.code) else {
                throw Self.refusal(Int(response.status.code), response.headers, answer, name)
            }
            return answer
        } catch let error as APIClientError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch is NIOTooManyBytesError {
            throw APIClientError(.unexpected, name, "the answer is larger than \(options.answerSizeMax) bytes")
        } catch {
            throw APIClientError(.unreachable, name, "\(url) does not answer: \(Self.words(error))")
        }
    }

    /// What every request says of itself.
    var headers: [(name: String, value: String)] {
        var result = [("user-agent", options.userAgent), ("accept", "application/json")] + options.headers
        if let token = options.token { result.append(("Coder-Session-Token", token)) }
        return result
    }

    // MARK: - Helpers

    static func target(_ path: String, _ query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(encoded(name))=\(encoded($0))" } }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    /// A text as one step of a path, or as a value of a query.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    static func json(_ body: some Encodable) throws -> (mediaType: String, bytes: ByteBuffer) {
        ("application/json", ByteBuffer(bytes: try APICoder.bytes(body)))
    }

    static func decode<Result: Decodable>(_ type: Result.Type, _ bytes: ByteBuffer, _ name: String) throws(APIClientError) -> Result {
        do {
            let json = try bytes.withUnsafeReadableBytes { try JSONValue(parsing: $0, limits: JSONLimits(maxSizeBytes: .max)) }
            return try APICoder.decode(type, from: json)
        } catch {
            throw APIClientError(.unexpected, name, "the answer is not what this client knows: \(error)")
        }
    }

    static func refusal(_ status: Int, _ headers: HTTPHeaders, _ body: ByteBuffer, _ name: String) -> APIClientError {
        if let response = try? decode(APIResponse.self, body, name) {
            return APIClientError(.refused, name, status: status, response)
        }
        // Not the server's words, so perhaps not the server.
        if (300..<400).contains(status), let location = headers.first(name: "location") {
            return APIClientError(.unexpected, name, status: status, APIResponse("the server's URL leads elsewhere: \(location)"))
        }
        return APIClientError(
            .unexpected, name, status: status, APIResponse("what answers is not the server, or a proxy before it: status \(status)"))
    }

    static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }

    static func tls(_ options: Options) throws(APIClientError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if options.trustsAnybody { tls.certificateVerification = .none }
        if let file = options.authorities {
            do {
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
            } catch {
                throw APIClientError(.invalid, file, "the authorities in \(file) cannot be read: \(error)")
            }
        }
        return tls
    }
}
