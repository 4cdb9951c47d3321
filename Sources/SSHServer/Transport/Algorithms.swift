/// What is offered, in our order; RFC 4253 lets the client's order decide.
struct Algorithms: Sendable {
    var keyExchange = ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"]
    var hostKey = ["ssh-ed25519"]
    var ciphers = ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"]
    var macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"]
    var compression = ["none"]
}

/// What both sides have chosen for one key exchange.
struct ChosenAlgorithms: Sendable, Hashable {
    var keyExchange: String
    var toServer: DirectionAlgorithms
    var toClient: DirectionAlgorithms
    /// Whether the client has guessed wrong and sent a packet that does not count.
    var ignoresNextPacket = false

    init(client: KeyExchangeInit, server: KeyExchangeInit) throws(SSHError) {
        func choose(_ what: String, _ wanted: [String], _ offered: [String]) throws(SSHError) -> String {
            guard let name = wanted.first(where: { offered.contains($0) }) else {
                throw SSHError(
                    .keyExchangeFailed,
                    "no common \(what): this server has \(offered.joined(separator: ", ")); the client asks for "
                        + "\(wanted.prefix(20).joined(separator: ", "))")
            }
            return name
        }
        func direction(
            _ ciphers: KeyPath<KeyExchangeInit, [String]>, _ macs: KeyPath<KeyExchangeInit, [String]>,
            _ compression: KeyPath<KeyExchangeInit, [String]>
        ) throws(SSHError) -> DirectionAlgorithms {
            let cipher = try choose("cipher", client[keyPath: ciphers], server[keyPath: ciphers])
            _ = try choose("compression", client[keyPath: compression], server[keyPath: compression])
            // A cipher that authenticates by itself needs no second algorithm for it.
            let mac = cipher.contains("gcm") ? nil : try choose("MAC", client[keyPath: macs], server[keyPath: macs])
            return DirectionAlgorithms(cipher: cipher, mac: mac)
        }
        keyExchange = try choose("key exchange", client.keyExchange, server.keyExchange.filter { !KeyExchangeInit.markers.contains($0) })
        let hostKey = try choose("host key", client.hostKey, server.hostKey)
        toServer = try direction(\.ciphersToServer, \.macsToServer, \.compressionToServer)
        toClient = try direction(\.ciphersToClient, \.macsToClient, \.compressionToClient)
        ignoresNextPacket =
            client.firstPacketFollows && (client.keyExchange.first != keyExchange || client.hostKey.first != hostKey)
    }
}

/// How one direction is protected.
struct DirectionAlgorithms: Sendable, Hashable {
    var cipher: String
    /// Nil if the cipher authenticates.
    var mac: String?
}
