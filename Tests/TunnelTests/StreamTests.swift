import AgentCore
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
            let listener = try await LoopbackServer.with(LoopbackServer.echo) { $0.channel }
            let port = listener.localAddress?.port ?? 9
            try await eventually { listener.isActive ? nil : true }
            let error = await #expect(throws: TunnelError.self) { try await connection.connect(to: .tcp(host: "127.0.0.1", port: port)) }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("Connection refused") == true)
            #expect(error?.message.contains("\(port)") == true)
        }
    }

    @Test("what is no target, and what this agent does not have, is refused", arguments: [TunnelTarget.ssh, .terminal, .unix(path: "/nowhere")])
    func unknown(_ target: TunnelTarget) async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            let error = await #expect(throws: TunnelError.self) { try await connection.connect(to: target) }
            #expect(error?.code == .refused)
            // And the connection goes on.
            let answer = try await connection.request(TunnelRequest(path: "/nothing"))
            #expect(answer.status == 404)
        }
    }

    @Test("two thousand streams at once, each with its own answer")
    func thousands() async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            try await LoopbackServer.with(LoopbackServer.echo) { echo in
                var streams: [NIOAsyncChannel<ByteBuffer, ByteBuffer>] = []
                for _ in 0..<2000 { streams.append(try await connection.connect(to: echo.target)) }
                try await eventually { fixture.service.counts.open.ports == 2000 ? true : nil }
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for (index, stream) in streams.enumerated() {
                        group.addTask { try await stream.exchange("stream \(index)") == "stream \(index)" }
                    }
                    #expect(try await group.allSatisfy { $0 })
                }
            }
            try await eventually { fixture.service.counts.open.ports == 0 ? true : nil }
        }
    }

    @Test("more streams than there may be are refused, and room comes back")
    func limit() async throws {
        var limits = TunnelLimits()
        limits.streamsMax = 3
        try await TunnelFixture.with(limits: limits) { fixture in
            let connection = try await fixture.server.connection()
            try await LoopbackServer.with(LoopbackServer.echo) { echo in
                var streams: [NIOAsyncChannel<ByteBuffer, ByteBuffer>] = []
                for _ in 0..<3 { streams.append(try await connection.connect(to: echo.target)) }
                let error = await #expect(throws: TunnelError.self) { try await connection.connect(to: echo.target) }
                #expect(error?.code == .limit)
                for stream in streams { #expect(try await stream.exchange("x") == "x") }
                try await eventually {
                    // Refused until the others have ended everywhere.
                    guard let stream = try? await connection.connect(to: echo.target) else { return nil }
                    return try await stream.exchange("y") == "y"
                }
            }
        }
    }
}
