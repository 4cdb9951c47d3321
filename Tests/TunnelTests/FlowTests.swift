import AgentCore
import Foundation
import NIOCore
import Testing
import Tunnel
import TunnelTestSupport

@Suite("bytes through a tunnel, in bounds") struct FlowTests {
    /// What this process has of the machine's memory, in bytes.
    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }

    @Test("256 MiB go through and back whole, and memory stays where it was")
    func bulk() async throws {
        let size = 256 << 20
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            try await LoopbackServer.with(LoopbackServer.echo) { echo in
                let before = try residentBytes()
                let stream = try await connection.connect(to: echo.target)
                let received = try await stream.executeThenClose { inbound, outbound in
                    async let sent: Void = {
                        let chunk = ByteBuffer(bytes: (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                        for _ in 0..<(size / 65536) { try await outbound.write(chunk) }
                        outbound.finish()
                    }()
                    var total = 0
                    var isWhole = true
                    for try await bytes in inbound {
                        if bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) != UInt8(truncatingIfNeeded: (total % 65536) &* 31) { isWhole = false }
                        total += bytes.readableBytes
                    }
                    try await sent
                    #expect(isWhole)
                    return total
                }
                #expect(received == size)
                #expect(try residentBytes() - before < 96 << 20)
            }
        }
    }

    @Test("a reader that does not read stops its own stream, and no other")
    func slowReader() async throws {
        try await TunnelFixture.with { fixture in
            let connection = try await fixture.server.connection()
            // Sends without end to whoever connects.
            try await LoopbackServer.with({ connection in
                try await connection.executeThenClose { _, outbound in
                    while true { try await outbound.write(ByteBuffer(repeating: 7, count: 65536)) }
                }
            }) { source in
                let before = try residentBytes()
                var stuck: [NIOAsyncChannel<ByteBuffer, ByteBuffer>] = []
                for _ in 0..<20 { stuck.append(try await connection.connect(to: source.target)) }
                // Each stream's window fills, and then nothing more comes.
                var last = -1
                try await eventually {
                    let now = fixture.service.counts.sentSoFar
                    defer { last = now }
                    try await Task.sleep(for: .milliseconds(200))
                    return now > 0 && now == last ? true : nil
                }
                #expect(fixture.service.counts.sentSoFar < 20 * (4 << 20))
                #expect(try residentBytes() - before < 160 << 20)
                try await LoopbackServer.with(LoopbackServer.echo) { echo in
                    let stream = try await connection.connect(to: echo.target)
                    #expect(try await stream.exchange("still here") == "still here")
                }
                for stream in stuck { try await stream.executeThenClose { _, _ in } }
            }
        }
    }
}
