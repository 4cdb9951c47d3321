import NIOCore
import Testing
import Tunnel
import TunnelTestSupport

@Suite("streams through a tunnel") struct StreamTests {
    @Test("a byte stream reaches a port of the workspace and comes back, with its ends")
    func echo() async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            try await LoopbackServer.with(LoopbackServer.echo) { echo in
                let stream = try await connection.connect(to: echo.target)
                #expect(try await stream.exchange("hello") == "hello")
            }
        }
    }

    @Test("a port where nobody listens is refused with a reason")
    func refused() async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            // Listening, then not any more: a port that is free.
            let port = try await LoopbackServer.with(LoopbackServer.echo) { $0.port }
            let error = await #expect(throws: TunnelError.self) { try await connection.connect(to: .tcp(host: "127.0.0.1", port: port)) }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("Connection refused") == true)
            #expect(error?.message.contains("\(port)") == true)
        }
    }
}
