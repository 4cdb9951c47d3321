import APITypes
import HTTPTypes
import HostAPI
import HostAccess
import NIOCore
import Synchronization
import TestSupport
import Testing

@Suite("web sockets") struct WebSocketTests {
    static func counting(_ count: Int, then failure: (any Error)? = nil) -> Route {
        Route(
            method: .get, path: "/api/v2/logs", tag: "Test", summary: "Counts", permission: .signedIn, content: .json([APIResponse].self),
            handler: { _ in try .json([APIResponse("plain")]) },
            upgrade: { scope in
                guard try scope.query.flag("follow") == true else { throw APIError.invalid("follow", "must be true") }
                return .messages { socket in
                    for index in 0..<count { try await socket.send(json: APIResponse("\(index)")) }
                    if let failure { throw failure }
                }
            })
    }

    @Test("messages come in order, and the end is the end")
    func stream() async throws {
        try await TestServer.run([Self.counting(5000)]) { server in
            let got = Mutex<[String]>([])
            try await server.client(server.keys.add(.member)).listen("/api/v2/logs", query: [("follow", "true")], as: APIResponse.self) {
                message in got.withLock { $0.append(message.message) }
            }
            #expect(got.withLock { $0 } == (0..<5000).map(String.init))
        }
    }

    @Test("who may not listen gets the reason as an answer")
    func refused() async throws {
        try await TestServer.run([Self.counting(1)]) { server in
            let error = await #expect(throws: Refusal.self) {
                try await server.client().listen("/api/v2/logs", as: APIResponse.self) { _ in }
            }
            #expect(error?.status == 401)
            let missing = await #expect(throws: Refusal.self) {
                try await server.client().listen("/api/v2/none", as: APIResponse.self) { _ in }
            }
            #expect(missing?.status == 404)
        }
    }

    @Test("a stream that breaks is not taken for one that ended")
    func broken() async throws {
        try await TestServer.run([Self.counting(3, then: APIError.notFound)]) { server in
            let error = await #expect(throws: Refusal.self) {
                try await server.client(server.keys.add(.member)).listen("/api/v2/logs", query: [("follow", "true")], as: APIResponse.self) { _ in }
            }
            #expect(error?.status == 1008)
        }
    }

    @Test("a server that stops says so to who listens")
    func stopping() async throws {
        let forever = Route(
            method: .get, path: "/api/v2/logs", tag: "Test", summary: "Waits", permission: .anybody, content: .none,
            handler: { _ in Answer() },
            upgrade: { _ in .messages { socket in
                try await socket.send(json: APIResponse("hello"))
                try await Task.sleep(for: .seconds(3600))
            } })
        let ended = Mutex(false)
        try await TestServer.run([forever]) { server in
            let (heard, hear) = AsyncStream.makeStream(of: Void.self)
            Task {
                defer { hear.finish() }
                // Ends without an error: the code for "going away" is a good end for who follows a log.
                try await server.client().listen("/api/v2/logs", as: APIResponse.self) { _ in hear.yield() }
                ended.withLock { $0 = true }
            }
            for await _ in heard { break }
        }
        try await eventually("the stream ends") { ended.withLock { $0 } }
    }
}
