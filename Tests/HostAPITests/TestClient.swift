import APIClient
import APITypes
import JSON
import NIOCore
import NIOHTTP1
import Testing
import AsyncHTTPClient

/// What a server answered, if it is no success.
struct Refusal: Error, CustomStringConvertible {
    var status: Int
    var response: APIResponse
    var description: String {
        ([response.message, response.detail ?? ""] + (response.validations ?? []).map { "\($0.field) \($0.detail)" }).joined(separator: "\n")
    }
}

/// A client that speaks in models, with header fields of the test's choice. WebSockets are opened by the client that the command line uses.
struct TestClient: Sendable {
    let port: Int
    var token: String?
    var headers: [(String, String)] = []

    func get<Result: Decodable>(_ path: String, as type: Result.Type = Result.self) async throws -> Result {
        try await send(.GET, path, as: type)
    }

    func send<Result: Decodable>(
        _ method: NIOHTTP1.HTTPMethod, _ path: String, _ body: (any Encodable)? = nil, as type: Result.Type = Result.self
    ) async throws -> Result {
        let bytes = try await data(method, path, body.map { try APICoder.encode($0).serialized() })
        return try APICoder.decode(type, from: JSONValue(parsing: String(buffer: bytes)))
    }

    @discardableResult
    func data(
        _ method: NIOHTTP1.HTTPMethod, _ path: String, _ body: String? = nil, mediaType: String = "application/json"
    ) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if let token { request.headers.add(name: "Coder-Session-Token", value: token) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: mediaType)
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 64 << 20)
        guard (200..<300).contains(response.status.code) else {
            let words = (try? APICoder.decode(APIResponse.self, from: JSONValue(parsing: String(buffer: answer)))) ?? APIResponse(String(buffer: answer))
            throw Refusal(status: Int(response.status.code), response: words)
        }
        return answer
    }

    /// The messages of a WebSocket until the server closes it.
    func listen<Message: Decodable & Sendable>(
        _ path: String, query: [(String, String)] = [], as type: Message.Type, _ receive: @escaping @Sendable (Message) throws -> Void
    ) async throws {
        let client = try APIClient(url: try #require(ServerURL("http://127.0.0.1:\(port)")), token: token)
        do {
            try await client.webSocket(path, query: query) { stream in
                try await stream.forEachMessage { bytes in
                    try receive(try APICoder.decode(type, from: JSONValue(parsing: String(buffer: bytes))))
                }
            }
        } catch let error as APIError {
            throw Refusal(status: error.status, response: APIResponse(error.message, detail: error.detail))
        }
    }
}
