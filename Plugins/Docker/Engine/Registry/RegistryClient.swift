import AsyncHTTPClient
package import JSON
import NIOCore
import NIOHTTP1
import NIOSSL

/// Speaks with the registry of an image itself, for what an engine does not do: lists, manifests, deletion.
package struct RegistryClient: Sendable {
    private let host: String
    private let repository: String
    private let origins: [String]
    private let credentials: RegistryCredentials?
    private let verifies: Bool

    static let answerSizeMax = 8 << 20
    /// A list of tags comes in pages.
    static let pagesMax = 200

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .follow(max: 5, allowCycles: false))
        configuration.timeout.connect = .seconds(15)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameter verifies: whether the registry's certificate has to be good; if not, it need not have TLS either.
    package init(of image: ImageReference, credentials: RegistryCredentials?, verifies: Bool = true) {
        host = image.registry ?? "registry-1.docker.io"
        repository = image.registry == nil && !image.path.contains("/") ? "library/\(image.path)" : image.path
        self.credentials = credentials
        self.verifies = verifies
        // As engines do: without TLS only where it was said, or on this machine.
        let name = host.split(separator: ":").first.map(String.init) ?? host
        let isLocal = name == "localhost" || name.hasPrefix("127.") || host.hasPrefix("[::1]")
        if credentials?.serverAddress.hasPrefix("http://") == true {
            origins = ["http://\(host)"]
        } else {
            origins = ["https://\(host)"] + (isLocal || !verifies ? ["http://\(host)"] : [])
        }
    }

    /// The names of all versions of the image.
    package func tags() async throws -> [String] {
        var tags: [String] = []
        var last: String?
        for _ in 0..<Self.pagesMax {
            let query = "?n=1000" + (last.map { "&last=\($0.percentEncoded(allowing: ""))" } ?? "")
            let (response, body) = try await send(.GET, "tags/list\(query)", actions: "pull")
            let page = try json(body)["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
            tags += page
            guard response.headers.contains(name: "Link"), let end = page.last, end != last else { return tags }
            last = end
        }
        throw failure(nil, "it lists more than \(Self.pagesMax) pages of tags")
    }

    /// What stands under a tag or digest: of one platform, or a list of platforms.
    package func manifest(_ reference: String) async throws -> JSONValue {
        let kinds = [
            "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
        ]
        return try json(try await send(.GET, Self.manifest(reference), accept: kinds, actions: "pull").body)
    }

    /// Removes what has the digest, under all its tags.
    package func deleteManifest(_ digest: String) async throws {
        _ = try await send(.DELETE, Self.manifest(digest), actions: "delete,pull,push")
    }

    private static func manifest(_ reference: String) -> String { "manifests/\(reference.percentEncoded(allowing: ":"))" }

    // MARK: Requests

    private func send(
        _ method: HTTPMethod, _ path: String, accept: [String] = [], actions: String
    ) async throws -> (response: HTTPClientResponse, body: ByteBuffer) {
        var problem: (any Error)?
        for origin in origins {
            var request = HTTPClientRequest(url: "\(origin)/v2/\(repository)/\(path)")
            request.method = method
            for kind in accept { request.headers.add(name: "Accept", value: kind) }
            var answer: (response: HTTPClientResponse, body: ByteBuffer)
            do {
                answer = try await execute(request)
            } catch let error as CancellationError {
                throw error
            } catch {
                problem = error
                continue
            }
            if answer.response.status == .unauthorized,
                let challenge = answer.response.headers.first(name: "WWW-Authenticate").flatMap({ RegistryChallenge($0) }),
                let authorization = try await authorization(challenge, actions, origin)
            {
                request.headers.add(name: "Authorization", value: authorization)
                answer = try await execute(request)
            }
            guard (200..<300).contains(answer.response.status.code) else {
                throw failure(Int(answer.response.status.code), words(answer.body) ?? answer.response.status.reasonPhrase)
            }
            return answer
        }
        throw problem ?? failure(nil, "cannot be reached")
    }

    private func execute(_ request: HTTPClientRequest) async throws -> (response: HTTPClientResponse, body: ByteBuffer) {
        var request = request
        request.headers.add(name: "User-Agent", value: "Berth")
        if !verifies {
            var security = TLSConfiguration.makeClientConfiguration()
            security.certificateVerification = .none
            request.tlsConfiguration = security
        }
        do {
            let response = try await Self.http.execute(request, timeout: .seconds(60))
            return (response, try await response.body.collect(upTo: Self.answerSizeMax))
        } catch is NIOTooManyBytesError {
            throw failure(nil, "its answer is larger than \(Self.answerSizeMax >> 20) MiB")
        } catch {
            if error is CancellationError || error as? HTTPClientError == .cancelled { throw CancellationError() }
            throw failure(nil, "cannot be reached: \(error)")
        }
    }

    /// What proves who asks; nil if there is nothing to prove it with.
    private func authorization(_ challenge: RegistryChallenge, _ actions: String, _ origin: String) async throws -> String? {
        var basic: String?
        if let credentials, !credentials.userName.isEmpty {
            let pair = Base64URL.encode("\(credentials.userName):\(credentials.password)".utf8)
            basic = "Basic \(pair.replacing("-", with: "+").replacing("_", with: "/"))"
        }
        if challenge.scheme == "basic" { return basic }
        guard let realm = challenge.parameters["realm"],
            realm.hasPrefix("https://") || (realm.hasPrefix("http://") && origin.hasPrefix("http://"))
        else { throw failure(401, "it names no place for tokens that is as safe as itself") }
        var query = [("scope", challenge.parameters["scope"] ?? "repository:\(repository):\(actions)")]
        if let service = challenge.parameters["service"] { query.append(("service", service)) }
        let text = query.map { "\($0.0)=\($0.1.percentEncoded(allowing: ""))" }.joined(separator: "&")
        var request: HTTPClientRequest
        if let credentials, !credentials.identityToken.isEmpty {
            request = HTTPClientRequest(url: realm)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            let token = credentials.identityToken.percentEncoded(allowing: "")
            request.body = .bytes(ByteBuffer(string: "grant_type=refresh_token&client_id=berth&refresh_token=\(token)&\(text)"))
        } else {
            request = HTTPClientRequest(url: realm + (realm.contains("?") ? "&" : "?") + text)
            if let basic { request.headers.add(name: "Authorization", value: basic) }
        }
        let (response, body) = try await execute(request)
        guard response.status == .ok else { throw failure(Int(response.status.code), words(body) ?? "it gives no token") }
        let answer = try json(body)
        guard let token = answer["token"]?.stringValue ?? answer["access_token"]?.stringValue else {
            throw failure(nil, "it answers a request for a token without one")
        }
        return "Bearer \(token)"
    }

    private func json(_ body: ByteBuffer) throws -> JSONValue {
        do {
            return try JSONValue(parsing: String(buffer: body))
        } catch {
            throw failure(nil, "its answer is no JSON: \(error)")
        }
    }

    /// What an answer says of an error; an answer that is none of a registry says nothing.
    private func words(_ body: ByteBuffer) -> String? {
        guard let answer = try? JSONValue(parsing: String(buffer: body)) else { return nil }
        let errors = (answer["errors"]?.arrayValue ?? []).compactMap { $0["message"]?.stringValue ?? $0["code"]?.stringValue }
        return errors.isEmpty ? answer["details"]?.stringValue : errors.joined(separator: "; ")
    }

    private func failure(_ status: Int?, _ message: String) -> RegistryError {
        RegistryError(registry: host, status: status, message: message)
    }
}
