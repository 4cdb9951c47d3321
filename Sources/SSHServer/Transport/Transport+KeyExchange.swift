import NIOCore

/// The exchange of keys: the first, and every later one, which either side may begin.
extension Transport {
    /// RFC 4344 wants new keys before packets are counted past 2³².
    private static let packetsOfKeysMax = 1 << 31

    /// Whether the keys have been used long enough.
    var isDueForKeys: Bool {
        guard case .idle = exchange else { return false }
        let limit = configuration.limits.bytesOfKeysMax
        return reader.bytesOfKeys > limit || writer.bytesOfKeys > limit || reader.packetsOfKeys > Self.packetsOfKeysMax
            || writer.packetsOfKeys > Self.packetsOfKeysMax
    }

    /// Begins an exchange of keys, unless one is going on.
    func offerKeys() {
        guard phase != .closed, case .idle = exchange else { return }
        let offer = KeyExchangeInit(Algorithms(), marker: sessionID == nil ? KeyExchangeInit.strictOfServer : nil)
        exchange = .offered(offer)
        write(offer.packet)
    }

    func receiveKeyExchangeInit(_ packet: ByteBuffer, whole: ByteBuffer) throws(SSHError) {
        offerKeys()
        guard case .offered(let ours) = exchange else { throw .violation("a key exchange within a key exchange") }
        let theirs = try KeyExchangeInit(packet)
        let chosen = try ChosenAlgorithms(client: theirs, server: ours)
        if sessionID == nil {
            isStrict = theirs.keyExchange.contains(KeyExchangeInit.strictOfClient)
            if isStrict, reader.sequence != 1 { throw .violation("the first packet was not that of a key exchange") }
            takesExtensionInfo = theirs.keyExchange.contains(KeyExchangeInit.extensionInfoOfClient)
        }
        exchange = .agreed(chosen, client: whole, server: ours.packet)
    }

    func receiveKeyExchangeRequest(_ packet: inout ByteBuffer) throws(SSHError) {
        guard case .agreed(var chosen, let client, let server) = exchange else { throw .violation("a key exchange before its beginning") }
        if chosen.ignoresNextPacket {
            chosen.ignoresNextPacket = false
            exchange = .agreed(chosen, client: client, server: server)
            return
        }
        let request = try packet.takeBytes()
        try packet.expectEnd(of: "a key exchange")
        let agreement = try KeyAgreement(chosen.keyExchange, client: request)
        let hostKey = configuration.hostKey.publicKey.blob
        let hash = SessionKeys.exchangeHash(
            versionOfClient: versionOfClient, versionOfServer: Array(versionLine.utf8), initOfClient: client, initOfServer: server,
            hostKey: hostKey, request: request, reply: agreement.reply, secret: agreement.secret)
        let isFirst = sessionID == nil
        let sessionID = self.sessionID ?? hash
        self.sessionID = sessionID
        var reply = ByteBuffer.message(MessageNumber.keyExchangeReply, capacity: 2048)
        reply.put(hostKey)
        reply.put(agreement.reply)
        reply.put(try configuration.hostKey.signature(of: hash))
        write(reply)
        write(.message(MessageNumber.newKeys))
        let keys = SessionKeys(secret: agreement.secret, exchangeHash: hash, sessionID: sessionID)
        writer.use(keys.cipherToClient(chosen.toClient), resettingSequence: isStrict)
        exchange = .switching(keys.cipherToServer(chosen.toServer))
        if isFirst, takesExtensionInfo { write(extensionInfo) }
        sendHeld()
    }

    func receiveNewKeys(_ packet: ByteBuffer) throws(SSHError) {
        guard case .switching(let cipher) = exchange else { throw .violation("new keys without a key exchange") }
        try packet.expectEnd(of: "the packet of new keys")
        reader.use(cipher, resettingSequence: isStrict)
        exchange = .idle
        keyAlarm?.cancel()
        keyAlarm = loop.assumeIsolated().scheduleTask(in: .seconds(configuration.limits.secondsOfKeysMax)) { [weak self] in
            self?.offerKeys()
        }
    }

    /// RFC 8308: which signatures of users we take.
    private var extensionInfo: ByteBuffer {
        var packet = ByteBuffer.message(MessageNumber.extensionInfo, capacity: 256)
        packet.writeInteger(UInt32(2))
        packet.put("server-sig-algs")
        packet.put(PublicKey.signatureAlgorithms.joined(separator: ","))
        packet.put("ping@openssh.com")
        packet.put("0")
        return packet
    }
}
