import NIOCore
import TestSupport
import Testing

@testable import SSHServer

@Suite("input that is wrong") struct BadInputTests {
    private static func packet(_ number: UInt8, _ write: (inout ByteBuffer) -> Void = { _ in }) -> ByteBuffer {
        var buffer = ByteBuffer.message(number)
        write(&buffer)
        return buffer
    }

    /// What a client must not send in place of, or during, its first key exchange, and why it is sent away.
    private static let early: [(name: String, bytes: [UInt8], reason: DisconnectReason)] = [
        ("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8), .versionNotSupported),
        ("SSH 1", Array("SSH-1.5-old\r\n".utf8), .versionNotSupported),
        ("no line", [UInt8](repeating: 65, count: 300), .protocolError),
        ("a packet of 4 GB", Array("SSH-2.0-x\r\n".utf8) + [255, 255, 255, 255, 0], .protocolError),
        ("an empty packet", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 0, 0, 0, 0, 0], .protocolError),
        ("a packet that is not aligned", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 13] + [UInt8](repeating: 4, count: 13), .protocolError),
        ("padding that is all", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 12] + [UInt8](repeating: 12, count: 12), .protocolError),
        ("too little padding", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 12, 1] + [UInt8](repeating: 2, count: 11), .protocolError),
        ("a key exchange cut off", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 12, 4, 20] + [UInt8](repeating: 0, count: 10), .protocolError),
        ("keys at once", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 12, 10, 21] + [UInt8](repeating: 0, count: 10), .protocolError),
        ("a channel at once", Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 12, 10, 90] + [UInt8](repeating: 0, count: 10), .protocolError),
    ]

    @Test("before keys, the connection is ended with the reason", arguments: early.indices)
    func beforeKeys(_ index: Int) async throws {
        let (name, bytes, reason) = Self.early[index]
        try await TestServer.with { server in
            try await offPool {
                let client = try TestClient(port: server.port)
                client.sendRaw(bytes)
                try client.skipVersion()
                #expect(try client.receiveEnd() == reason, "\(name)")
            }
        }
    }

    /// What an authenticated client must not send.
    private static let late: [(name: String, packet: ByteBuffer, reason: DisconnectReason)] = [
        ("an empty packet", ByteBuffer(), .protocolError),
        ("data for nobody", packet(94) { $0.writeInteger(UInt32(99)) }, .protocolError),
        ("a string longer than its packet", packet(80) { $0.writeInteger(UInt32.max) }, .protocolError),
        ("a channel cut off", packet(90) { $0.put("session") }, .protocolError),
        ("a channel without packets", packet(90) {
            $0.put("session")
            $0.writeMultipleIntegers(UInt32(1), UInt32(1), UInt32(0))
        }, .protocolError),
        ("a channel that was not asked for", packet(91) { $0.writeMultipleIntegers(UInt32(0), UInt32(0), UInt32(0), UInt32(0)) }, .protocolError),
        ("a service again", packet(5) { $0.put("ssh-userauth") }, DisconnectReason(rawValue: 0)),
        ("keys at once", packet(21), .protocolError),
        ("a value for no exchange", packet(30) { $0.put("x") }, .protocolError),
        ("a key exchange cut off", packet(20), .protocolError),
        ("a packet that is too long", packet(2) { $0.writeRepeatingByte(0, count: 300_000) }, .protocolError),
    ]

    @Test("after authentication, the connection is ended with the reason, and processes with it", arguments: late.indices)
    func afterKeys(_ index: Int) async throws {
        let (name, packet, reason) = Self.late[index]
        try await TestServer.with { server in
            try await offPool {
                let client = try TestClient.authenticated(port: server.port)
                let channel = try client.openSession()
                try client.request(channel, "exec") { $0.put("echo; sleep 300") }
                _ = try client.receive(MessageNumber.channelData)
                try client.send(packet)
                if reason.rawValue == 0 {
                    _ = try client.receive(MessageNumber.unimplemented)
                } else {
                    #expect(try client.receiveEnd() == reason, "\(name)")
                }
            }
            try await eventually("its process is gone") {
                try await server.bash("pgrep -P \(server.process) | wc -l").output == "0\n"
            }
        }
    }

    @Test("more data than the window allows, or after its end, ends the connection", arguments: [false, true])
    func window(_ afterEnd: Bool) async throws {
        try await TestServer.with { server in
            try await offPool {
                let client = try TestClient.authenticated(port: server.port)
                let channel = try client.openSession()
                if afterEnd { try client.send(Self.packet(96) { $0.writeInteger(channel) }) }
                let data = Self.packet(94) {
                    $0.writeInteger(channel)
                    $0.put([UInt8](repeating: 0, count: 32768))
                }
                // Nobody has asked for a program that would read it.
                for _ in 0..<(afterEnd ? 1 : 65) { if try !client.send(data) { break } }
                #expect(try client.receiveEnd() == .protocolError)
            }
        }
    }

    @Test("a changed bit is found out", arguments: ["aes256-gcm@openssh.com", "aes128-ctr"])
    func changedBit(_ cipher: String) async throws {
        try await TestServer.with { server in
            try await offPool {
                let client = try TestClient.authenticated(port: server.port, TestClient.Wishes(cipher: cipher))
                var bytes = try client.sealed(Self.packet(2) { $0.put("nothing") })
                bytes[bytes.count / 2] ^= 1
                client.sendRaw(bytes)
                #expect(try client.receiveEnd() == .macError)
            }
        }
    }

    @Test("strict clients are not sent on by packets from between: the first exchange has its own packets only")
    func strict() async throws {
        try await TestServer.with { server in
            try await offPool {
                for isStrict in [true, false] {
                    let client = try TestClient(port: server.port)
                    try client.exchangeVersions()
                    try client.send(Self.packet(2) { $0.put("first") })
                    if isStrict {
                        #expect(throws: TestFailure.self) { try client.exchangeKeys(TestClient.Wishes(isStrict: true)) }
                    } else {
                        try client.exchangeKeys(TestClient.Wishes(isStrict: false))
                        try client.authenticate()
                    }
                }
            }
        }
    }

    /// Changes some bytes, or how many there are.
    private static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...8, using: &random)))
            case 3: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff].prefix(Int.random(in: 1...4, using: &random)), at: index)
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }

    @Test("whatever comes before keys, the connection ends, and the server lives")
    func fuzzBeforeKeys() async throws {
        print("SEED=\(SeededGenerator.seed)")
        try await TestServer.with { server in
            try await offPool {
                var random = SeededGenerator()
                let version = Array("SSH-2.0-Fuzz\r\n".utf8)
                var begin = PacketWriter()
                try begin.write(KeyExchangeInit(Algorithms(), marker: nil).packet)
                var value = ByteBuffer.message(MessageNumber.keyExchangeRequest)
                value.put([UInt8](repeating: 9, count: 32))
                try begin.write(value)
                let exchange = Array(begin.takeOutput().readableBytesView)
                for _ in 0..<300 {
                    let client = try TestClient(port: server.port)
                    let whole = Bool.random(using: &random) ? version + Self.mutated(exchange, &random) : Self.mutated(version + exchange, &random)
                    client.sendRaw(whole)
                    client.finishSending()
                    try client.drain()
                }
                _ = try TestClient.authenticated(port: server.port)
            }
            try await eventually("everything is closed") { server.descriptors < 40 }
        }
    }

    /// Packets of every kind, to be changed.
    private static let seeds: [ByteBuffer] = [
        packet(80) {
            $0.put("tcpip-forward")
            $0.put(true)
            $0.put("127.0.0.1")
            $0.writeInteger(UInt32(0))
        },
        packet(80) {
            $0.put("cancel-streamlocal-forward@openssh.com")
            $0.put(true)
            $0.put("nowhere")
        },
        packet(90) {
            $0.put("session")
            $0.writeMultipleIntegers(UInt32(3), UInt32(100_000), UInt32(32768))
        },
        packet(90) {
            $0.put("direct-tcpip")
            $0.writeMultipleIntegers(UInt32(3), UInt32(100_000), UInt32(32768))
            $0.put("127.0.0.1")
            $0.writeInteger(UInt32(1))
            $0.put("127.0.0.1")
            $0.writeInteger(UInt32(2))
        },
        packet(93) { $0.writeMultipleIntegers(UInt32(0), UInt32(100)) },
        packet(94) {
            $0.writeInteger(UInt32(0))
            $0.put("some data for a program")
        },
        packet(95) {
            $0.writeMultipleIntegers(UInt32(0), UInt32(1))
            $0.put("some data for a program")
        },
        packet(96) { $0.writeInteger(UInt32(0)) },
        packet(97) { $0.writeInteger(UInt32(0)) },
        packet(98) {
            $0.writeInteger(UInt32(0))
            $0.put("pty-req")
            $0.put(true)
            $0.put("xterm")
            $0.writeMultipleIntegers(UInt32(80), UInt32(24), UInt32(0), UInt32(0))
            $0.put([3, 0, 0, 0, 127, 50, 0, 0, 0, 1, 0])
        },
        packet(98) {
            $0.writeInteger(UInt32(0))
            $0.put("env")
            $0.put(true)
            $0.put("LANG")
            $0.put("C")
        },
        packet(98) {
            $0.writeInteger(UInt32(0))
            $0.put("exec")
            $0.put(true)
            $0.put("true")
        },
        packet(98) {
            $0.writeInteger(UInt32(0))
            $0.put("subsystem")
            $0.put(true)
            $0.put("sftp")
        },
        packet(94) {
            $0.writeInteger(UInt32(0))
            $0.put([0, 0, 0, 5, 1, 0, 0, 0, 3, 0, 0, 0, 11, 16, 0, 0, 0, 1, 0, 0, 0, 1, 46, 0])
        },
        packet(192) { $0.put("ping") },
    ]

    @Test("whatever an authenticated client sends, the server answers or ends the connection, and lives")
    func fuzzAfterKeys() async throws {
        print("SEED=\(SeededGenerator.seed)")
        try await TestServer.with(["impatient"]) { server in
            try await offPool {
                var random = SeededGenerator()
                for _ in 0..<150 {
                    let client = try TestClient.authenticated(port: server.port)
                    _ = try client.openSession()
                    for _ in 0..<20 {
                        guard let seed = Self.seeds.randomElement(using: &random) else { continue }
                        let bytes = Array(seed.readableBytesView)
                        let changed = Int.random(in: 0..<3, using: &random) == 0 ? bytes : [bytes[0]] + Self.mutated(Array(bytes[1...]), &random)
                        if try !client.send(ByteBuffer(bytes: changed)) { break }
                    }
                    client.finishSending()
                    try client.drain()
                }
                _ = try TestClient.authenticated(port: server.port)
            }
            try await eventually("everything is closed") { server.descriptors < 40 }
        }
    }
}
