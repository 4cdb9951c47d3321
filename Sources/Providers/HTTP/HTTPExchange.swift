import AsyncHTTPClient
import HCL
import NIOCore
import NIOHTTP1
import NIOSSL
import ProviderKit

/// A request as a template describes it, repeated if that is wanted, and its answer.
struct HTTPExchange {
    struct Answer: Sendable {
        var status: Int
        /// By names as `Content-Type`.
        var headers: [String: String]
        var body: [UInt8]
        /// How long the server asks to wait before a repetition.
        var retryAfterSeconds: Int64?

        /// Whether a repetition may have a better answer.
        var isTemporaryFailure: Bool { status == 429 || status >= 500 && status != 501 }
    }

    static let bodySizeMax = 16 << 20
    /// For requests without a limit of their own.
    static let timeoutDefaultMilliseconds = 300_000
    private static let redirectsMax = 10

    private let request: HTTPClientRequest
    private let settings: HTTPClient.Configuration
    private let timeoutMilliseconds: Int
    private let attempts: Int
    private let delayMilliseconds: (least: Int, most: Int)

    init(_ configuration: Value) throws(ProviderError) {
        let url = configuration.string("url") ?? ""
        // The client knows more schemes, such as sockets of this machine.
        guard url.firstMatch(of: /^(?i:https?):\/\/[^\/]/) != nil else {
            throw ProviderError("Error making request", "Error making request: unsupported URL \(url.goQuoted)", at: .attribute("url"))
        }
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: configuration.string("method") ?? "GET")
        request.headers.add(name: "User-Agent", value: "Berth")
        for (name, value) in (configuration.stringMap("request_headers") ?? [:]).sorted(by: { $0.key < $1.key }) {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        if let body = configuration.string("request_body") { request.body = .bytes(ByteBuffer(string: body)) }
        self.request = request
        timeoutMilliseconds = configuration.integer("request_timeout_ms") ?? Self.timeoutDefaultMilliseconds
        let retry = configuration[attribute: "retry"]
        attempts = 1 + min(max(0, retry.integer("attempts") ?? 0), 1000)
        delayMilliseconds = (retry.integer("min_delay_ms") ?? 1000, retry.integer("max_delay_ms") ?? 30_000)
        var settings = HTTPClient.Configuration(
            tlsConfiguration: try Self.security(configuration),
            redirectConfiguration: .follow(max: Self.redirectsMax, allowCycles: true))
        // Whether to try again is up to the template.
        settings.connectionPool.retryConnectionEstablishment = false
        self.settings = settings
    }

    private static func security(_ configuration: Value) throws(ProviderError) -> TLSConfiguration {
        var security = TLSConfiguration.makeClientConfiguration()
        if configuration.bool("insecure") == true { security.certificateVerification = .none }
        do {
            if let pem = configuration.string("ca_cert_pem") {
                security.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
            }
        } catch {
            throw ProviderError(
                "Error configuring TLS client",
                "Error tls: Can't add the CA certificate to certificate pool. Only PEM encoded certificates are supported.",
                at: .attribute("ca_cert_pem"))
        }
        guard let certificate = configuration.string("client_cert_pem"), let key = configuration.string("client_key_pem") else {
            return security
        }
        do {
            security.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
            security.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        } catch {
            throw ProviderError(
                "error creating x509 key pair", "error creating x509 key pair from provided pem blocks\n\nError: \(error)",
                at: .attribute("client_cert_pem"))
        }
        return security
    }

    /// The answer, once it is not a temporary failure.
    func answer() async throws -> Answer {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let outcome: Result<Answer, any Error>
        do { outcome = .success(try await lastAnswer(client)) } catch { outcome = .failure(error) }
        try await client.shutdown()
        return try outcome.get()
    }

    private func lastAnswer(_ client: HTTPClient) async throws -> Answer {
        var reason = ""
        for attempt in 1...attempts {
            var wait = delay(after: attempt)
            do {
                let answer = try await oneAnswer(client)
                if !answer.isTemporaryFailure { return answer }
                reason = ""
                if let seconds = answer.retryAfterSeconds { wait = .seconds(seconds) }
            } catch let error as CancellationError {
                throw error
            } catch let error as HTTPClientError where error == .cancelled {
                throw CancellationError()
            } catch let error as HTTPClientError where error == .redirectLimitReached {
                throw ProviderError("Error making request", "Error making request: stopped after \(Self.redirectsMax) redirects")
            } catch is NIOTooManyBytesError {
                throw ProviderError(
                    "Error reading response body", "Error reading response body: it is larger than \(Self.bodySizeMax >> 20) MiB")
            } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout || error == .connectTimeout {
                reason = ": request exceeded the specified timeout: \(timeoutMilliseconds) ms"
            } catch {
                reason = ": \(error)"
            }
            if attempt < attempts { try await Task.sleep(for: wait) }
        }
        throw ProviderError(
            "Error making request",
            "Error making request: \(request.method.rawValue) \(request.url) giving up after \(attempts) attempt(s)\(reason)")
    }

    private func oneAnswer(_ client: HTTPClient) async throws -> Answer {
        let deadline = NIODeadline.now() + .milliseconds(Int64(clamping: min(timeoutMilliseconds, 1 << 40)))
        let response = try await client.execute(request, deadline: deadline)
        var headers: [String: String] = [:]
        for (name, value) in response.headers {
            let name = Self.canonical(name)
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        let body = try await response.body.collect(upTo: Self.bodySizeMax)
        let status = Int(response.status.code)
        let wait = status == 429 || status == 503 ? headers["Retry-After"].flatMap { Int64($0) } : nil
        return Answer(
            status: status, headers: headers, body: Array(body.readableBytesView), retryAfterSeconds: wait.map { min(max(0, $0), 3600) })
    }

    /// Twice as long after every attempt.
    private func delay(after attempt: Int) -> Duration {
        let (least, most) = (min(max(0, delayMilliseconds.least), 1 << 32), min(max(0, delayMilliseconds.most), 1 << 32))
        return .milliseconds(min(most, least << min(attempt - 1, 20)))
    }

    /// A name of a header as Go writes it: `content-type` is `Content-Type`.
    static func canonical(_ name: String) -> String {
        name.split(separator: "-", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
            .joined(separator: "-")
    }
}
