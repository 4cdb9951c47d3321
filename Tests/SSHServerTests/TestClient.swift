import Crypto
import Glibc
import NIOCore
import Synchronization
import TestSupport

@testable import SSHServer

/// A client that can be told to break every rule. Blocks, for at most ``patience`` at a time.
final class TestClient {
    private static let patience = 20
    private let socket: Int32
    private var reader = PacketReader(bodySizeMax: 1 << 20)
    private var writer = PacketWriter()
    private(set) var sessionID: [UInt8] = []
    private var versionOfServer: [UInt8] = []

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else { throw TestFailure("cannot connect: \(errno)") }
    }

    deinit { close(socket) }

    // MARK: - Bytes

    /// False if the server has closed the connection.
    @discardableResult func sendRaw(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Nil at the end.
    private func receiveRaw() throws -> ByteBuffer? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &bytes, bytes.count, 0)
        if count < 0, errno == ECONNRESET { return nil }
        guard count >= 0 else { throw TestFailure("the server neither answers nor ends the connection") }
        return count == 0 ? nil : ByteBuffer(bytes: bytes[..<count])
    }

    /// Reads until the server ends the connection, without understanding anything.
    func drain() throws { while try receiveRaw() != nil {} }

    // MARK: - Packets

    @discardableResult func send(_ packet: ByteBuffer) throws -> Bool {
        try writer.write(packet)
        return sendRaw(Array(writer.takeOutput().readableBytesView))
    }

    /// A packet as it is sent, encrypted and all.
    func sealed(_ packet: ByteBuffer) throws -> [UInt8] {
        try writer.write(packet)
        return Array(writer.takeOutput().readableBytesView)
    }

    /// Nil at the end of the connection.
    func receive() throws -> ByteBuffer? {
        while true {
            if let packet = try reader.next() { return packet }
            guard let bytes = try receiveRaw() else { return nil }
            reader.append(bytes)
        }
    }

    /// The next packet of a kind; others are dropped.
    func receive(_ number: UInt8) throws -> ByteBuffer {
        while var packet = try receive() {
            let found = try packet.takeByte()
            if found == number { return packet }
            if found == MessageNumber.disconnect { throw TestFailure("disconnected: \(String(buffer: packet))") }
        }
        throw TestFailure("the connection ended where packet \(number) was due")
    }

    /// Why the server ends the connection; nil if it does not say.
    func receiveEnd() throws -> DisconnectReason? {
        while var packet = try receive() {
            if try packet.takeByte() == MessageNumber.disconnect { return DisconnectReason(rawValue: try packet.takeUInt32()) }
        }
        return nil
    }

    // MARK: - The beginning

    func exchangeVersions() throws {
        sendRaw(Array("SSH-2.0-TestClient\r\n".utf8))
        while true {
            if let line = try reader.version() {
                versionOfServer = line
                return
            }
            guard let bytes = try receiveRaw() else { throw TestFailure("no version") }
            reader.append(bytes)
        }
    }

    /// Reads the server's first line, without having sent one.
    func skipVersion() throws {
        while try reader.version() == nil {
            guard let bytes = try receiveRaw() else { throw TestFailure("no version") }
            reader.append(bytes)
        }
    }

    struct Wishes {
        var keyExchange = "curve25519-sha256"
        var cipher = "aes256-gcm@openssh.com"
        var mac = "hmac-sha2-256-etm@openssh.com"
        var isStrict = true
        var guess: ByteBuffer?
    }

    func exchangeKeys(_ wishes: Wishes = Wishes()) throws {
        var algorithms = Algorithms()
        algorithms.keyExchange = [wishes.keyExchange, KeyExchangeInit.extensionInfoOfClient]
        if wishes.guess != nil { algorithms.keyExchange.insert("guessed-wrong", at: 0) }
        (algorithms.ciphers, algorithms.macs) = ([wishes.cipher], [wishes.mac])
        var ours = KeyExchangeInit(algorithms, marker: wishes.isStrict ? KeyExchangeInit.strictOfClient : nil)
        ours.firstPacketFollows = wishes.guess != nil
        try send(ours.packet)
        if let guess = wishes.guess { try send(guess) }
        let theirs = try receive(MessageNumber.keyExchangeInit)
        let chosen = try ChosenAlgorithms(client: ours, server: try KeyExchangeInit(theirs))

        let key = Curve25519.KeyAgreement.PrivateKey()
        let p256 = P256.KeyAgreement.PrivateKey()
        let mlkem = try MLKEM768.PrivateKey.generate()
        let point = Array(key.publicKey.rawRepresentation)
        let value =
            switch wishes.keyExchange {
            case "ecdh-sha2-nistp256": Array(p256.publicKey.x963Representation)
            case "mlkem768x25519-sha256": Array(mlkem.publicKey.rawRepresentation) + point
            default: point
            }
        var request = ByteBuffer.message(MessageNumber.keyExchangeRequest)
        request.put(value)
        try send(request)

        var reply = try receive(MessageNumber.keyExchangeReply)
        let hostKey = try PublicKey(blob: reply.takeBytes())
        let answer = try reply.takeBytes()
        let secret: ByteBuffer
        switch wishes.keyExchange {
        case "ecdh-sha2-nistp256":
            let shared = try p256.sharedSecretFromKeyAgreement(with: .init(x963Representation: answer))
            secret = KeyAgreement.number(shared.withUnsafeBytes { Array($0) })
        case "mlkem768x25519-sha256":
            let first = try mlkem.decapsulate(answer[..<1088])
            let second = try key.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: answer[1088...]))
            let both = first.withUnsafeBytes { Array($0) } + second.withUnsafeBytes { Array($0) }
            var string = ByteBuffer()
            string.put(Array(SHA256.hash(data: both)))
            secret = string
        default:
            let shared = try key.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: answer))
            secret = KeyAgreement.number(shared.withUnsafeBytes { Array($0) })
        }
        var wholeServer = ByteBuffer.message(MessageNumber.keyExchangeInit)
        wholeServer.writeImmutableBuffer(theirs)
        let hash = SessionKeys.exchangeHash(
            versionOfClient: Array("SSH-2.0-TestClient".utf8), versionOfServer: versionOfServer, initOfClient: ours.packet,
            initOfServer: wholeServer, hostKey: hostKey.blob, request: value, reply: answer, secret: secret)
        guard hostKey.isValid(try reply.takeString(), of: hash, algorithm: "ssh-ed25519") else { throw TestFailure("wrong signature") }
        if sessionID.isEmpty { sessionID = hash }
        let keys = SessionKeys(secret: secret, exchangeHash: hash, sessionID: sessionID)
        _ = try receive(MessageNumber.newKeys)
        reader.use(keys.cipherToClient(chosen.toClient), resettingSequence: wishes.isStrict)
        try send(.message(MessageNumber.newKeys))
        writer.use(keys.cipherToServer(chosen.toServer), resettingSequence: wishes.isStrict)
    }

    func authenticate() throws {
        var request = ByteBuffer.message(MessageNumber.serviceRequest)
        request.put("ssh-userauth")
        try send(request)
        request = .message(MessageNumber.userAuthRequest)
        for text in ["tester", "ssh-connection", "none"] { request.put(text) }
        try send(request)
        _ = try receive(MessageNumber.userAuthSuccess)
    }

    /// As far as a client comes that keeps to the rules.
    static func authenticated(port: Int, _ wishes: Wishes = Wishes()) throws -> TestClient {
        let client = try TestClient(port: port)
        try client.exchangeVersions()
        try client.exchangeKeys(wishes)
        try client.authenticate()
        return client
    }

    // MARK: - Channels

    /// Opens a session on the client's channel 7: the server's number for it.
    func openSession(window: UInt32 = 1 << 20) throws -> UInt32 {
        var open = ByteBuffer.message(MessageNumber.channelOpen)
        open.put("session")
        open.writeMultipleIntegers(UInt32(7), window, UInt32(32768))
        try send(open)
        var confirmation = try receive(MessageNumber.channelOpenConfirmation)
        _ = try confirmation.takeUInt32()
        return try confirmation.takeUInt32()
    }

    func request(_ channel: UInt32, _ name: String, wantsReply: Bool = true, _ write: (inout ByteBuffer) -> Void = { _ in }) throws {
        var request = ByteBuffer.message(MessageNumber.channelRequest)
        request.writeInteger(channel)
        request.put(name)
        request.put(wantsReply)
        write(&request)
        try send(request)
    }
}
