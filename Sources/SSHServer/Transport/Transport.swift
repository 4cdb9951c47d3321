import Logging
import NIOCore

/// What stands on a transport: first authentication, then the connection.
protocol TransportUser: AnyObject {
    /// Takes a packet; false if it does not know such packets.
    func receive(_ number: UInt8, _ packet: inout ByteBuffer) throws -> Bool
    /// Data can be sent again.
    func outputIsFree()
    /// Nothing will come or go any more.
    func transportClosed()
}

/// One connection's packets: versions, keys, order, and the end. RFC 4253.
///
/// Lives on the event loop of its channel. What is sent is collected, and goes out together once the present work is done.
final class Transport {
    let configuration: SSHServerConfiguration
    let loop: any EventLoop
    var logger: Logger
    var reader: PacketReader
    var writer = PacketWriter()
    var user: (any TransportUser)?
    var context: ChannelHandlerContext?

    enum Phase {
        /// The client's first line has not come yet.
        case versions
        case packets
        /// Nothing is read any more.
        case closed
    }

    var phase = Phase.versions
    var exchange = KeyExchangeState.idle
    /// The hash of the first key exchange; nil before.
    var sessionID: [UInt8]?
    /// Whether the client wants packets counted anew with new keys, and no others during the first exchange.
    var isStrict = false
    /// Whether the client wants to know which signatures we take.
    var takesExtensionInfo = false
    var versionOfClient: [UInt8] = []
    /// What waits for an exchange of keys to be over.
    private var held: [ByteBuffer] = []
    private var heldSize = 0
    private static let heldSizeMax = 4 << 20

    /// Sent, and not yet taken by the network.
    private var outstanding = 0
    private var isFlushScheduled = false
    /// Somebody was told to wait.
    private var isOutputAwaited = false
    var isReadHeld = false
    private var loginAlarm: Scheduled<Void>?
    var keyAlarm: Scheduled<Void>?

    init(_ configuration: SSHServerConfiguration, on loop: any EventLoop) {
        self.configuration = configuration
        self.loop = loop
        logger = configuration.logger
        reader = PacketReader(bodySizeMax: 35_000)
    }

    var versionLine: String { "SSH-2.0-\(configuration.softwareName)" }

    func start() {
        writer.writeLine(versionLine)
        user = Authenticator(self)
        offerKeys()
        loginAlarm = loop.assumeIsolated().scheduleTask(in: .seconds(configuration.limits.authenticationSecondsMax)) { [weak self] in
            self?.end(SSHError(.byApplication, "authentication took too long"))
        }
    }

    // MARK: - Input

    func receive(_ bytes: ByteBuffer) {
        guard phase != .closed else { return }
        reader.append(bytes)
        do {
            if phase == .versions {
                guard let line = try reader.version() else { return }
                try check(line)
            }
            while phase == .packets, let packet = try reader.next() { try receivePacket(packet) }
            if phase == .packets, isDueForKeys { offerKeys() }
        } catch let error as SSHError {
            end(error)
        } catch {
            end(SSHError(.protocolError, "\(error)"))
        }
    }

    private func check(_ line: [UInt8]) throws(SSHError) {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("SSH-2.0-") || text.hasPrefix("SSH-1.99-") else {
            throw SSHError(.versionNotSupported, "the first line is not that of an SSH-2 client")
        }
        versionOfClient = line
        logger[metadataKey: "ssh.client"] = "\(text.prefix(80))"
        phase = .packets
    }

    private func receivePacket(_ contents: ByteBuffer) throws {
        var packet = contents
        let number = try packet.takeByte()
        if sessionID == nil, isStrict, !MessageNumber.ofKeyExchange.contains(number), number != MessageNumber.disconnect {
            throw SSHError.violation("packet \(number) during the first key exchange")
        }
        switch number {
        case MessageNumber.disconnect:
            let reason = try packet.takeUInt32()
            logger.debug("client disconnected", metadata: ["ssh.reason": "\(reason)"])
            close()
        case MessageNumber.ignore, MessageNumber.debug, MessageNumber.unimplemented: break
        case MessageNumber.keyExchangeInit: try receiveKeyExchangeInit(packet, whole: contents)
        case MessageNumber.keyExchangeRequest: try receiveKeyExchangeRequest(&packet)
        case MessageNumber.newKeys: try receiveNewKeys(packet)
        default:
            guard sessionID != nil, exchange.letsClientSend else { throw SSHError.violation("packet \(number) during a key exchange") }
            if number == MessageNumber.extensionInfo { return }
            if number == MessageNumber.ping {
                var pong = ByteBuffer.message(MessageNumber.pong)
                pong.put(try packet.takeString())
                send(pong)
            } else if try user?.receive(number, &packet) != true {
                var answer = ByteBuffer.message(MessageNumber.unimplemented)
                answer.writeInteger(reader.sequence &- 1)
                send(answer)
            }
        }
    }

    // MARK: - Output

    /// Whether data may be sent. If not, the user is told when it may be.
    var isOutputFree: Bool {
        if exchange.letsUsSend, outstanding < configuration.limits.outputSizeMax { return true }
        isOutputAwaited = true
        return false
    }

    /// Whether so much waits to be sent that nothing is read that could need an answer.
    var isFlooded: Bool { outstanding > 4 * configuration.limits.outputSizeMax }

    /// Sends a packet of the layers above.
    func send(_ head: ByteBuffer, _ tail: ByteBuffer = ByteBuffer()) {
        guard phase != .closed else { return }
        guard exchange.letsUsSend else {
            var whole = head
            whole.writeImmutableBuffer(tail)
            heldSize += whole.readableBytes
            held.append(whole)
            if heldSize > Self.heldSizeMax { end(SSHError(.byApplication, "too much waits for the client to change keys")) }
            return
        }
        write(head, tail)
        if isDueForKeys { offerKeys() }
    }

    /// Sends a packet at once, whatever is going on.
    func write(_ head: ByteBuffer, _ tail: ByteBuffer = ByteBuffer()) {
        let before = writer.output.readableBytes
        do {
            try writer.write(head, tail)
        } catch {
            logger.error("packet cannot be encrypted", metadata: ["error": "\(error)"])
            close()
        }
        outstanding += writer.output.readableBytes - before
        scheduleFlush()
    }

    func sendHeld() {
        let packets = held
        (held, heldSize) = ([], 0)
        for packet in packets { send(packet) }
        freeOutput()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.assumeIsolated().execute { self.flush() }
    }

    func flush() {
        isFlushScheduled = false
        guard let context, writer.output.readableBytes > 0 else { return }
        let output = writer.takeOutput()
        let size = output.readableBytes
        context.writeAndFlush(NIOAny(output)).assumeIsolated().whenComplete { _ in
            // If it failed the channel is closing, and says so itself.
            self.outstanding = max(0, self.outstanding - size)
            self.freeOutput()
        }
    }

    private func freeOutput() {
        if isReadHeld, !isFlooded {
            isReadHeld = false
            context?.read()
        }
        guard isOutputAwaited, exchange.letsUsSend, outstanding <= configuration.limits.outputSizeMax / 2 else { return }
        isOutputAwaited = false
        user?.outputIsFree()
    }

    // MARK: - The end

    /// Ends the connection, saying why.
    func end(_ error: SSHError) {
        guard phase != .closed else { return }
        logger.info("connection ended", metadata: ["ssh.reason": "\(error.reason.rawValue)", "error": "\(error)"])
        var packet = ByteBuffer.message(MessageNumber.disconnect)
        packet.writeInteger(error.reason.rawValue)
        packet.put(error.message)
        packet.put("")
        write(packet)
        close()
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        flush()
        loginAlarm?.cancel()
        keyAlarm?.cancel()
        context?.close(promise: nil)
        let user = self.user
        self.user = nil
        user?.transportClosed()
    }

    /// The client is who it says; from now on it may send long packets.
    func authenticated(_ connection: any TransportUser) {
        loginAlarm?.cancel()
        reader.bodySizeMax = configuration.limits.packetSizeMax + 1024
        user = connection
    }
}
