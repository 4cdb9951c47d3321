import AgentCore
import Dialing
import Foundation
import JSON
import NIOCore
import NIOPosix
import Testing
import Tunnel
import TunnelTestSupport

@Suite("tunnels that are interrupted") struct InterruptionTests {
    private static var impatient: TunnelLimits {
        var limits = TunnelLimits()
        limits.pingInterval = .milliseconds(300)
        limits.pingTimeout = .milliseconds(700)
        return limits
    }

    @Test("when the connection is cut, live streams end with an error and a new connection takes over")
    func cut() async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            try await LoopbackServer.with(LoopbackServer.echo) { echo in
                let stream = try await connection.connect(to: echo.target)
                try await stream.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: "x"))
                    var iterator = inbound.makeAsyncIterator()
                    #expect(try await iterator.next() == ByteBuffer(string: "x"))
                    fixture.server.cut()
                    // Its end, in whichever way.
                    while let _ = try? await iterator.next() {}
                    await #expect(throws: (any Error).self) { try await outbound.write(ByteBuffer(string: "y")) }
                }
                let next = try await eventually { fixture.server.tunnels.connection(of: connection.agent).flatMap { $0 === connection ? nil : $0 } }
                #expect(try await next.connect(to: echo.target).exchange("again") == "again")
            }
        }
    }

    @Test("a connection on which nothing is heard any more is given up on both sides, and replaced")
    func silent() async throws {
        let server = try await TestTunnelServer(limits: Self.impatient)
        let proxy = try await TestProxy(to: server.port)
        let service = WorkspaceService(resolver: NameResolver()) { .null }
        let client = try TunnelFixture.client(
            ServerAddress(isSecure: false, host: "127.0.0.1", port: proxy.port), service, limits: Self.impatient)
        let task = Task { try await client.run() }
        let first = try await server.connection()
        // Alive for longer than the deadline while nobody says anything but pings.
        try await Task.sleep(for: .seconds(2))
        #expect(first.isActive)
        proxy.beSilent()
        try await eventually { first.isActive ? nil : true }
        proxy.speakAgain()
        let second = try await eventually { server.tunnels.connection(of: first.agent).flatMap { $0 === first ? nil : $0 } }
        #expect(try await second.request(TunnelRequest(path: "/v1/debug")).status == 200)
        task.cancel()
        _ = await task.result
        try await proxy.close()
        try await server.close()
    }

    @Test("a newer connection of the same agent takes the place of the older")
    func replaced() async throws {
        try await TunnelFixture.with { fixture in
            let older = try await fixture.server.connection()
            let service = WorkspaceService(resolver: NameResolver()) { .null }
            let client = try TunnelFixture.client(fixture.server.address, service)
            let task = Task { try await client.serve() }
            let newer = try await eventually { fixture.server.tunnels.connection(of: older.agent).flatMap { $0 === older ? nil : $0 } }
            try await older.closed.get()
            #expect(newer.isActive)
            task.cancel()
            _ = await task.result
        }
    }

    @Test(
        "what refuses the agent is told apart",
        arguments: [
            (401, "application/json", #"{"message":"this token is revoked"}"#, TunnelError.Code.unauthorized, "this token is revoked"),
            (426, "application/json", #"{"message":"the agent speaks version 1"}"#, .version, "the agent speaks version 1"),
            (200, "text/html", "<html>Welcome to the guest network</html>", .notTheServer, "a web page"),
            (302, "text/html", "", .notTheServer, "redirects"),
            (503, "text/plain", "upstream is away", .unavailable, "503"),
        ])
    func refusals(_ status: Int, _ type: String, _ body: String, _ code: TunnelError.Code, _ text: String) async throws {
        let server = try await TestTunnelServer()
        server.refuse(status, type: type, body)
        let client = try TunnelFixture.client(server.address, WorkspaceService(resolver: NameResolver()) { .null })
        let error = await #expect(throws: TunnelError.self) { try await client.serve() }
        #expect(error?.code == code)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        try await server.close()
    }

    @Test("a wrong token is refused, and is not tried again in a hurry")
    func wrongToken() async throws {
        let server = try await TestTunnelServer()
        let client = try TunnelFixture.client(server.address, WorkspaceService(resolver: NameResolver()) { .null }, token: "wrong")
        let error = await #expect(throws: TunnelError.self) { try await client.serve() }
        #expect(error?.code == .unauthorized)
        #expect(error?.message.contains("belongs to no agent") == true)
        let backoff = Backoff()
        #expect(backoff.pause(after: .unauthorized, failures: 4) >= .seconds(30))
        #expect(backoff.pause(after: .unavailable, failures: 40) <= .seconds(10))
        #expect(backoff.pause(after: .disconnected, failures: 1) <= .milliseconds(100))
        try await server.close()
    }

    @Test("bytes that are no HTTP, and a server that says nothing, are survived")
    func noise() async throws {
        let service = WorkspaceService(resolver: NameResolver()) { .null }
        var limits = TunnelLimits()
        limits.openTimeout = .milliseconds(500)
        for answer in ["SSH-2.0-OpenSSH_9.2\r\n", ""] {
            try await LoopbackServer.with({ connection in
                try await connection.executeThenClose { inbound, outbound in
                    if !answer.isEmpty { try await outbound.write(ByteBuffer(string: answer)) }
                    for try await _ in inbound {}
                }
            }) { server in
                let client = try TunnelFixture.client(
                    ServerAddress(isSecure: false, host: "127.0.0.1", port: server.port), service, limits: limits)
                await #expect(throws: TunnelError.self) { try await client.serve() }
            }
        }
    }
}
