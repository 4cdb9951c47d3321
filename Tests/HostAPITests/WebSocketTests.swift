import APIClient
import APITypes
import HTTPTypes
import HostAPI
import HostAccess
import NIOCore
import Synchronization
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
            try await server.with(server.keys.add(.member)) { client in
                try await client.listen("/api/v2/logs", query: [("follow", "true")], as: APIResponse.self) { message in
                    got.withLock { $0.append(message.message) }
                }
            }
            #expect(got.withLock { $0 } == (0..<5000).map(String.init))
        }
    }

    @Test("who may not listen gets the reason as an answer")
    func refused() async throws {
        try await TestServer.run([Self.counting(1)]) { server in
            let error = await #expect(throws: APIClientError.self) {
                try await server.with { try await $0.listen("/api/v2/logs", as: APIResponse.self) { _ in } }
            }
            #expect(error?.status == 401)
            let missing = await #expect(throws: APIClientError.self) {
                try await server.with { try await $0.listen("/api/v2/none", as: APIResponse.self) { _ in } }
            }
            #expect(missing?.status == 404)
        }
    }

    @Test("a stream that breaks is not taken for one that ended")
    func broken() async throws {
        try await TestServer.run([Self.counting(3, then: APIError.notFound)]) { server in
            let error = await #expect(throws: APIClientError.self) {
                try await server.with(server.keys.add(.member)) { client in
                    try await client.listen("/api/v2/logs", query: [("follow", "true")], as: APIResponse.self) { _ in }
                }
            }
            #expect(error?.code == .unexpected)
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
        let listening = Mutex<Task<Void, any Error>?>(nil)
        try await TestServer.run([forever]) { server in
            let client = try server.client()
            let (heard, hear) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                defer { Task { try await client.close() } }
                try await client.listen("/api/v2/logs", as: APIResponse.self) { _ in hear.yield() }
            }
            listening.withLock { $0 = task }
            for await _ in heard { break }
        }
        let task = try #require(listening.withLock { $0 })
        await #expect(throws: APIClientError.self) { try await task.value }
    }
}
