import NIOCore

/// The packet with which both sides say what they can do.
struct KeyExchangeInit: Sendable, Hashable {
    var cookie: [UInt8]
    var keyExchange: [String]
    var hostKey: [String]
    var ciphersToServer: [String]
    var ciphersToClient: [String]
    var macsToServer: [String]
    var macsToClient: [String]
    var compressionToServer: [String]
    var compressionToClient: [String]
    var firstPacketFollows: Bool

    /// Not algorithms, but what is said in the list of them: RFC 8308, and OpenSSH's PROTOCOL, section 1.10.
    static let extensionInfoOfClient = "ext-info-c"
    static let strictOfClient = "kex-strict-c-v00@openssh.com"
    static let strictOfServer = "kex-strict-s-v00@openssh.com"
    static let markers: Set = [extensionInfoOfClient, strictOfClient, strictOfServer]

    /// What we offer.
    init(_ algorithms: Algorithms, marker: String?) {
        var random = SystemRandomNumberGenerator()
        cookie = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        keyExchange = algorithms.keyExchange + (marker.map { [$0] } ?? [])
        hostKey = algorithms.hostKey
        (ciphersToServer, ciphersToClient) = (algorithms.ciphers, algorithms.ciphers)
        (macsToServer, macsToClient) = (algorithms.macs, algorithms.macs)
        (compressionToServer, compressionToClient) = (algorithms.compression, algorithms.compression)
        firstPacketFollows = false
    }

    /// Reads what follows the number of the packet.
    init(_ packet: ByteBuffer) throws(SSHError) {
        var packet = packet
        guard let cookie = packet.readBytes(length: 16) else { throw .violation("a key exchange begins with too short a packet") }
        self.cookie = cookie
        keyExchange = try packet.takeNames()
        hostKey = try packet.takeNames()
        ciphersToServer = try packet.takeNames()
        ciphersToClient = try packet.takeNames()
        macsToServer = try packet.takeNames()
        macsToClient = try packet.takeNames()
        compressionToServer = try packet.takeNames()
        compressionToClient = try packet.takeNames()
        _ = try packet.takeNames()  // languages
        _ = try packet.takeNames()
        firstPacketFollows = try packet.takeBool()
        _ = try packet.takeUInt32()
    }

    var packet: ByteBuffer {
        var buffer = ByteBuffer.message(MessageNumber.keyExchangeInit, capacity: 1024)
        buffer.writeBytes(cookie)
        for names in [
            keyExchange, hostKey, ciphersToServer, ciphersToClient, macsToServer, macsToClient, compressionToServer,
            compressionToClient, [], [],
        ] {
            buffer.put(names.joined(separator: ","))
        }
        buffer.put(firstPacketFollows)
        buffer.writeInteger(UInt32(0))
        return buffer
    }
}
