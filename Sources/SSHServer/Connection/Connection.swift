import Logging
import NIOCore

/// What an authenticated client has: channels, and addresses that are listened on. RFC 4254.
final class Connection: TransportUser {
    let transport: Transport
    let user: String
    var logger: Logger { transport.logger }
    var configuration: SSHServerConfiguration { transport.configuration }
    var limits: SSHLimits { transport.configuration.limits }
    var loop: any EventLoop { transport.loop }

    private var channels: [UInt32: SSHChannel] = [:]
    private var nextID: UInt32 = 0
    private(set) lazy var listeners = Listeners(self)
    private lazy var answers = GlobalAnswers(transport)
    /// Sockets that are being connected.
    var pendingConnects = 0
    private var letsSessionsOpen = true
    private(set) var isClosed = false

    init(_ transport: Transport, user: String) {
        self.transport = transport
        self.user = user
    }

    var isOutputFree: Bool { transport.isOutputFree }

    func receive(_ number: UInt8, _ packet: inout ByteBuffer) throws -> Bool {
        switch number {
        case MessageNumber.globalRequest: try receiveGlobalRequest(&packet)
        case MessageNumber.channelOpen: try receiveOpen(&packet)
        case MessageNumber.channelOpenConfirmation:
            let channel = try channel(&packet)
            try channel.confirm(peerID: packet.takeUInt32(), window: packet.takeUInt32(), packetMax: packet.takeUInt32())
            channel.content.opened()
            channel.outputIsFree()
        case MessageNumber.channelOpenFailure:
            let channel = try channel(&packet)
            guard channel.phase == .opening else { throw SSHError.violation("a channel is refused that is open") }
            channel.lose()
            removed(channel)
        case MessageNumber.channelWindowAdjust...MessageNumber.channelFailure: try channel(&packet).receive(number, &packet)
        // Clients ask again to be let in after they were, and are to be ignored: RFC 4252, section 5.1.
        case MessageNumber.userAuthRequest: break
        case MessageNumber.requestSuccess, MessageNumber.requestFailure: break
        default: return false
        }
        return true
    }

    private func channel(_ packet: inout ByteBuffer) throws(SSHError) -> SSHChannel {
        let id = try packet.takeUInt32()
        guard let channel = channels[id] else { throw .violation("there is no channel \(id)") }
        return channel
    }

    func outputIsFree() {
        for channel in channels.values {
            channel.outputIsFree()
            // Nobody is reached any more; we are called again.
            if !isOutputFree { return }
        }
    }

    func removed(_ channel: SSHChannel) { channels[channel.id] = nil }

    func transportClosed() {
        isClosed = true
        for channel in channels.values { channel.lose() }
        channels = [:]
        listeners.closeAll()
    }

    // MARK: - Channels

    /// Asks the client to take a channel; nil if there are too many.
    /// - Parameter write: appends what depends on the type.
    func open(_ type: String, _ content: any ChannelContent, _ write: (inout ByteBuffer) -> Void) -> SSHChannel? {
        guard !isClosed, let channel = register(content) else { return nil }
        var packet = ByteBuffer.message(MessageNumber.channelOpen, capacity: 256)
        packet.put(type)
        packet.writeInteger(channel.id)
        packet.writeInteger(UInt32(limits.windowSizeBytes))
        packet.writeInteger(UInt32(limits.packetSizeMax))
        write(&packet)
        transport.send(packet)
        return channel
    }

    private func register(_ content: any ChannelContent) -> SSHChannel? {
        guard channels.count < limits.channelsMax else { return nil }
        while channels[nextID] != nil { nextID &+= 1 }
        let channel = SSHChannel(nextID, content, of: self)
        channels[nextID] = channel
        nextID &+= 1
        return channel
    }

    private func receiveOpen(_ packet: inout ByteBuffer) throws {
        let type = try packet.takeText()
        let peer = PeerChannel(id: try packet.takeUInt32(), window: try packet.takeUInt32(), packetMax: try packet.takeUInt32())
        switch type {
        case "session":
            guard letsSessionsOpen else { return refuse(peer, .prohibited, "no more sessions, as you asked") }
            let session = Session(self)
            guard let channel = accept(peer, session) else { return }
            session.channel = channel
        case "direct-tcpip":
            let target = ForwardingTarget.tcp(host: try packet.takeText(), port: Int(try packet.takeUInt32()))
            connect(peer, to: target)
        case "direct-streamlocal@openssh.com": connect(peer, to: .unix(path: try packet.takeText()))
        default: refuse(peer, .unknownType, "channels of type \"\(type.prefix(40))\" are not known")
        }
    }

    /// Makes the channel that the client asks for, or refuses if there are too many.
    func accept(_ peer: PeerChannel, _ content: any ChannelContent) -> SSHChannel? {
        guard let channel = register(content) else {
            refuse(peer, .resourceShortage, "a connection has at most \(limits.channelsMax) channels")
            return nil
        }
        do {
            try channel.confirm(peerID: peer.id, window: peer.window, packetMax: peer.packetMax)
        } catch {
            channels[channel.id] = nil
            transport.end(error)
            return nil
        }
        var packet = ByteBuffer.message(MessageNumber.channelOpenConfirmation)
        packet.writeInteger(peer.id)
        packet.writeInteger(channel.id)
        packet.writeInteger(UInt32(limits.windowSizeBytes))
        packet.writeInteger(UInt32(limits.packetSizeMax))
        transport.send(packet)
        return channel
    }

    func refuse(_ peer: PeerChannel, _ reason: OpenFailureReason, _ message: String) {
        var packet = ByteBuffer.message(MessageNumber.channelOpenFailure, capacity: 256)
        packet.writeInteger(peer.id)
        packet.writeInteger(reason.rawValue)
        packet.put(message)
        packet.put("")
        transport.send(packet)
    }

    // MARK: - Global requests

    private func receiveGlobalRequest(_ packet: inout ByteBuffer) throws {
        let name = try packet.takeText()
        let wantsReply = try packet.takeBool()
        let answer = try answers.next(isWanted: wantsReply)
        switch name {
        case "tcpip-forward":
            let (host, port) = (try packet.takeText(), Int(try packet.takeUInt32()))
            listeners.open(.tcp(host: host, port: port)) { bound in
                answer.give(bound != nil) { if port == 0 { $0.writeInteger(UInt32(bound ?? 0)) } }
            }
        case "cancel-tcpip-forward":
            answer.give(listeners.close(.tcp(host: try packet.takeText(), port: Int(try packet.takeUInt32()))))
        case "streamlocal-forward@openssh.com":
            listeners.open(.unix(path: try packet.takeText())) { answer.give($0 != nil) }
        case "cancel-streamlocal-forward@openssh.com": answer.give(listeners.close(.unix(path: try packet.takeText())))
        case "no-more-sessions@openssh.com":
            letsSessionsOpen = false
            answer.give(true)
        case "keepalive@openssh.com": answer.give(true)
        default: answer.give(false)
        }
    }
}

/// A channel that the client asks for, as it names and bounds it.
struct PeerChannel {
    let id: UInt32
    let window: UInt32
    let packetMax: UInt32
}

/// RFC 4254, section 5.1.
enum OpenFailureReason: UInt32 {
    case prohibited = 1
    case connectFailed = 2
    case unknownType = 3
    case resourceShortage = 4
}
