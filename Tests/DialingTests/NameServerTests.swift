import Dialing
import Foundation
import NIOCore
import NIOPosix
import Testing

@Suite("names are resolved without the C library") struct NameServerTests {
    /// Answers each datagram with what a function makes of it.
    private final class Answerer: ChannelInboundHandler, Sendable {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let answer: @Sendable ([UInt8]) -> [[UInt8]]
        init(_ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]]) { self.answer = answer }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            for bytes in answer(Array(envelope.data.readableBytesView)) {
                context.write(NIOAny(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))), promise: nil)
            }
            context.flush()
        }
    }

    private func withServer(
        hosts: String = "", options: String = "options timeout:1 attempts:1", _ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]],
        _ body: (NameResolver) async throws -> Void
    ) async throws {
        let server = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer(answer)) }
            }.bind(host: "127.0.0.1", port: 0).get()
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("berth-names-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try hosts.write(to: directory.appendingPathComponent("hosts"), atomically: true, encoding: .utf8)
        try "nameserver 127.0.0.1\nsearch corp.test\n\(options)\n".write(
            to: directory.appendingPathComponent("resolv.conf"), atomically: true, encoding: .utf8)
        var resolver = NameResolver()
        resolver.hostsPath = directory.appendingPathComponent("hosts").path
        resolver.configurationPath = directory.appendingPathComponent("resolv.conf").path
        resolver.serverPort = server.localAddress?.port ?? 0
        try await body(resolver)
        try await server.close()
        try FileManager.default.removeItem(at: directory)
    }

    /// The question's name, as text.
    private static func name(_ question: [UInt8]) -> String {
        var labels: [String] = []
        var at = 12
        while at < question.count, question[at] > 0, at + Int(question[at]) < question.count {
            labels.append(String(decoding: question[(at + 1)...(at + Int(question[at]))], as: UTF8.self))
            at += Int(question[at]) + 1
        }
        return labels.joined(separator: ".")
    }

    /// An answer with one address, or that there is no such name.
    private static func answer(_ question: [UInt8], _ address: [UInt8]?) -> [UInt8] {
        let isIPv4 = question[question.count - 3] == 1
        let has = isIPv4 && address != nil
        var bytes = question
        bytes[2] = 0x81
        bytes[3] = address == nil ? 0x83 : 0x80
        bytes[7] = has ? 1 : 0
        if has, let address { bytes += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address }
        return bytes
    }

    @Test("by name servers, with the search list")
    func search() async throws {
        try await withServer({ question in
            [Self.answer(question, Self.name(question) == "berth.corp.test" ? [10, 1, 2, 3] : nil)]
        }) { resolver in
            #expect(try await resolver.addresses(of: "berth", port: 80).map(\.ipAddress) == ["10.1.2.3"])
            let error = await #expect(throws: DialingError.self) { try await resolver.addresses(of: "nobody", port: 80) }
            #expect(error?.code == .name)
        }
    }

    @Test("by the hosts file first, and addresses are what they are")
    func hosts() async throws {
        try await withServer(hosts: "# names\n10.9.8.7 Berth berth.local # ours\n", { question in [Self.answer(question, [1, 1, 1, 1])] }) { resolver in
            #expect(try await resolver.addresses(of: "berth.local", port: 1).map(\.ipAddress) == ["10.9.8.7"])
            #expect(try await resolver.addresses(of: "127.0.0.1", port: 1).map(\.ipAddress) == ["127.0.0.1"])
            #expect(try await resolver.addresses(of: "::1", port: 1).map(\.ipAddress) == ["::1"])
        }
    }

    @Test("what is no answer to the question is passed over")
    func forged() async throws {
        try await withServer({ question in
            var other = Self.answer(question, [6, 6, 6, 6])
            other[0] ^= 0xFF
            // Another id, rubbish, a name that never ends, and then the truth.
            return [other, [1, 2, 3], Array(Self.answer(question, [6, 6, 6, 6]).dropLast(6)), Self.answer(question, [10, 0, 0, 1])]
        }) { resolver in
            #expect(try await resolver.addresses(of: "berth.test", port: 80).map(\.ipAddress) == ["10.0.0.1"])
        }
    }

    @Test("a server that says nothing is a failure with its address in it")
    func silence() async throws {
        try await withServer({ _ in [] }) { resolver in
            let error = await #expect(throws: DialingError.self) { try await resolver.addresses(of: "berth.test", port: 80) }
            #expect(error?.message.contains("127.0.0.1 does not answer") == true)
        }
    }
}
