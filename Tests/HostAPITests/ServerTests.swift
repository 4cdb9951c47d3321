import APITypes
import HTTPTypes
import HostAPI
import HostAccess
import JSON
import NIOCore
import NIOHTTP1
import Scalars
import Testing

@Suite("the server") struct ServerTests {
    struct Echo: Codable, Sendable, Equatable {
        struct Inner: Codable, Sendable, Equatable { var itemName: String }
        var userID: UUID
        var count: Int
        var note: String?
        var items: [Inner]?
    }

    static let echo: Route = .send(.post, "/api/v2/echo", "Test", "Says it again", .anybody, status: .created) { (_, input: Echo) -> Echo in input }
    static let secret: Route = .get("/api/v2/things/{thing}", "Test", "A thing", .may(.read, .workspace)) { scope in
        try scope.require(.read, Object(.workspace))
        return APIResponse(scope.text("thing"))
    }
    static let forgetful: Route = .get("/api/v2/forgetful", "Test", "Forgets to ask", .may(.read, .workspace)) { _ in APIResponse("leaked") }
    static let change: Route = .act(.delete, "/api/v2/things/{thing}", "Test", "Removes it", .signedIn) { _ in }

    @Test("a model goes there and back")
    func roundTrip() async throws {
        try await TestServer.run([Self.echo]) { server in
            let sent = Echo(userID: .random(), count: -3, note: "ä\"\n", items: [.init(itemName: "x")])
            let got = try await server.client().send(.POST, "/api/v2/echo", sent, as: Echo.self)
            #expect(got == sent)
            let build = try await server.client().get("/api/v2/buildinfo", as: BuildInfo.self)
            #expect(build.version == "v0.0.0-test")
        }
    }

    @Test("bodies that are wrong are refused with the place", arguments: [
        (#"{"user_id": 1, "count": 1}"#, 400, "user_id must be"),
        (#"{"user_id": "00000000-0000-0000-0000-000000000000"}"#, 400, "count is required"),
        (#"{"user_id": "00000000-0000-0000-0000-000000000000", "count": 99999999999999999999}"#, 400, ""),
        (#"{"user_id": "00000000-0000-0000-0000-000000000000", "count": 1, "items": [{"item_name": "a"}, {}]}"#, 400, "items.1.item_name is required"),
        ("{\n  \"count\": tru\n}", 400, "line 2"),
        ("", 400, ""), ("[]", 400, "must be an object"), ("null", 400, ""), ("{\"a\":1,\"a\":2}", 400, ""),
        (String(repeating: "[", count: 1000), 400, ""), ("\u{0}", 400, ""),
        ("{\"note\": \"" + String(repeating: "x", count: 2 << 20) + "\"}", 413, ""),
    ])
    func wrong(_ body: String, _ status: Int, _ part: String) async throws {
        try await TestServer.run([Self.echo]) { server in
            let error = await #expect(throws: Refusal.self) { try await server.client().data(.POST, "/api/v2/echo", body) }
            #expect(error?.status == status)
            let words = error.map { "\($0)" } ?? ""
            #expect(part.isEmpty || words.contains(part), "\(words)")
        }
    }

    @Test("only JSON passes for JSON")
    func mediaType() async throws {
        try await TestServer.run([Self.echo]) { server in
            let error = await #expect(throws: Refusal.self) {
                try await server.client().data(.POST, "/api/v2/echo", "{}", mediaType: "text/plain")
            }
            #expect(error?.status == 415)
        }
    }

    @Test("who may not see a thing learns nothing of it")
    func secrets() async throws {
        try await TestServer.run([Self.secret, Self.forgetful]) { server in
            func status(_ token: APIKeyToken?, _ path: String) async throws -> (Int, String) {
                do {
                    return (200, String(buffer: try await server.client(token).data(.GET, path)))
                } catch let error as Refusal {
                    return (error.status, error.response.message)
                }
            }
            let owner = server.keys.add(.owner)
            let member = server.keys.add(.member)
            let readTemplates = server.keys.add(
                HostAccess.Actor(id: .random(), username: "c", roles: [.owner], organizations: [:], scopes: [try #require(APIKeyScope(rawValue: "template:read"))]))
            #expect(try await status(owner, "/api/v2/things/a%20b").0 == 200)
            #expect(try await status(nil, "/api/v2/things/a").0 == 401)
            #expect(try await status(APIKeyToken(), "/api/v2/things/a").0 == 401)
            #expect(try await status(readTemplates, "/api/v2/things/a").0 == 403)
            let hidden = try await status(member, "/api/v2/things/a")
            #expect(hidden.0 == 404 && hidden.1 == APIError.notFound.response.message)
            #expect(try await status(owner, "/api/v2/nothing").0 == 404)
            // A route that forgets to ask is stopped, also for those who might see everything.
            let leaked = try await status(owner, "/api/v2/forgetful")
            #expect(leaked.0 == 500 && !leaked.1.contains("leaked"))
        }
    }

    @Test("a cookie counts for our own pages alone", arguments: [
        ([("Origin", "http://evil.test")], 403), ([("Origin", "http://berth.test")], 204), ([("Sec-Fetch-Site", "cross-site")], 403),
        ([("Sec-Fetch-Site", "same-origin")], 204), ([], 204), ([("Origin", "null")], 403),
    ])
    func crossSite(_ headers: [(String, String)], _ status: Int) async throws {
        try await TestServer.run([Self.change]) { server in
            let token = server.keys.add(.member)
            var client = server.client()
            client.headers = headers + [("Cookie", "a=b; coder_session_token=\(token.text)")]
            var got = 204
            do {
                try await client.data(.DELETE, "/api/v2/things/x")
            } catch let error as Refusal {
                got = error.status
            }
            #expect(got == status)
        }
    }

    @Test("too many requests have to wait")
    func rate() async throws {
        var limits = ServerLimits()
        limits.requestsPerMinute = 3
        try await TestServer.run(limits: limits) { server in
            for _ in 0..<3 { try await server.client().data(.GET, "/healthz") }
            let error = await #expect(throws: Refusal.self) { try await server.client().data(.GET, "/healthz") }
            #expect(error?.status == 429)
        }
    }

    @Test("what takes too long is stopped")
    func timeLimit() async throws {
        let slow: Route = .get("/api/v2/slow", "Test", "Slow", .anybody) { _ -> APIResponse in
            try await Task.sleep(for: .seconds(3600))
            return APIResponse("late")
        }.with { $0.timeLimit = .milliseconds(50) }
        try await TestServer.run([slow]) { server in
            let error = await #expect(throws: Refusal.self) { try await server.client().data(.GET, "/api/v2/slow") }
            #expect(error?.status == 408)
        }
    }

    @Test("the document describes every route, with who may use it")
    func document() async throws {
        try await TestServer.run([Self.echo, Self.secret]) { server in
            let bytes = try await server.client().data(.GET, "/api/v2/openapi.json")
            let document = try JSONValue(parsing: String(buffer: bytes))
            #expect(document["openapi"]?.stringValue == "3.1.0")
            #expect(document["paths"]?["/api/v2/things/{thing}"]?["get"]?["x-permission"]?.stringValue == "workspace:read")
            let echo = document["components"]?["schemas"]?["Echo"]
            #expect(echo?["properties"]?["user_id"] == ["type": "string", "format": "uuid"])
            #expect(echo?["properties"]?["note"] == ["type": ["string", "null"]])
            #expect(echo?["properties"]?["items"] == ["type": ["array", "null"], "items": ["$ref": "#/components/schemas/Inner"]])
            #expect(echo?["required"] == ["user_id", "count"])
        }
    }
}
