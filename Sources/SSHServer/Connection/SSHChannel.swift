import NIOCore

/// One channel of a connection: its windows, and how it ends. RFC 4254, section 5.
///
/// Data goes out as far as the client's window and the network let it; what does not is kept, and its source not read until it
/// has gone.
final class SSHChannel {
    /// Our number for it, and the client's.
    let id: UInt32
    private(set) var peerID: UInt32 = 0
    let content: any ChannelContent
    private unowned let connection: Connection

    enum Phase {
        /// We have asked the client to open it.
        case opening
        case open
        /// We have sent our close; the client's is due.
        case closing
        case closed
    }

    private(set) var phase = Phase.opening

    // What we send.
    private var peerWindow = 0
    private var peerPacketMax = 0
    private var pending = CircularBuffer<(data: ByteBuffer, isError: Bool)>()
    private var endsAfterPending = false
    private var closesAfterPending = false
    private var isEOFSent = false
    /// Nobody reads the output any more, except errors.
    private var isOutputDropped = false

    // What we are sent.
    private let windowMax: Int
    /// How much the client may still send.
    private var window: Int
    private var consumed = 0
    private var isEOFReceived = false

    init(_ id: UInt32, _ content: any ChannelContent, of connection: Connection) {
        self.id = id
        self.content = content
        self.connection = connection
        windowMax = connection.limits.windowSizeBytes
        window = windowMax
    }

    func confirm(peerID: UInt32, window: UInt32, packetMax: UInt32) throws(SSHError) {
        guard phase == .opening else { throw .violation("a channel is opened twice") }
        guard packetMax >= 16 else { throw .violation("a channel that takes no data") }
        self.peerID = peerID
        peerWindow = Int(window)
        peerPacketMax = min(Int(packetMax), 256 << 10)
        phase = .open
    }

    // MARK: - What we send

    /// Whether the source of data may be read on. If not, the content is told when it may be.
    var isOutputFree: Bool {
        guard phase == .open, pending.isEmpty, peerWindow > 0 || isOutputDropped else { return false }
        return connection.isOutputFree
    }

    func send(_ data: ByteBuffer, isError: Bool = false) {
        guard phase == .open, !closesAfterPending, data.readableBytes > 0, isError || !isOutputDropped else { return }
        pending.append((data, isError))
        sendPending()
    }

    /// Nothing more will be sent but answers.
    func sendEOF() {
        endsAfterPending = true
        sendPending()
    }

    /// Ends it once everything is sent.
    func close() {
        closesAfterPending = true
        sendPending()
    }

    /// Nobody reads the output any more: what waits of it will not be sent.
    func dropOutput() {
        isOutputDropped = true
        pending.removeAll(where: { !$0.isError })
        outputIsFree()
    }

    /// Sends a request that wants no answer, such as an exit status; data that was sent before may arrive later.
    func sendRequest(_ name: String, _ write: (inout ByteBuffer) -> Void) {
        guard phase == .open else { return }
        var packet = message(MessageNumber.channelRequest)
        packet.put(name)
        packet.put(false)
        write(&packet)
        connection.transport.send(packet)
    }

    private func sendPending() {
        guard phase == .open else { return }
        while let (data, isError) = pending.first {
            if isOutputDropped, peerWindow == 0 {
                // A client does not make room for what it threw away: errors would wait for ever, and the end behind them.
                pending.removeAll()
                break
            }
            guard peerWindow > 0, connection.isOutputFree else { return }
            var rest = data
            guard let part = rest.readSlice(length: min(data.readableBytes, peerWindow, peerPacketMax)) else { return }
            var head = message(isError ? MessageNumber.channelExtendedData : MessageNumber.channelData)
            if isError { head.writeInteger(UInt32(1)) }
            head.writeInteger(UInt32(part.readableBytes))
            connection.transport.send(head, part)
            peerWindow -= part.readableBytes
            if rest.readableBytes > 0 { pending[pending.startIndex].data = rest } else { pending.removeFirst() }
        }
        if endsAfterPending || closesAfterPending, !isEOFSent {
            isEOFSent = true
            connection.transport.send(message(MessageNumber.channelEOF))
        }
        if closesAfterPending {
            phase = .closing
            connection.transport.send(message(MessageNumber.channelClose))
        }
    }

    private func message(_ number: UInt8) -> ByteBuffer {
        var buffer = ByteBuffer.message(number)
        buffer.writeInteger(peerID)
        return buffer
    }

    /// Goes on with what waits, and reads on.
    func outputIsFree() {
        sendPending()
        if phase == .open, pending.isEmpty, peerWindow > 0 || isOutputDropped { content.outputIsFree() }
    }

    // MARK: - What we are sent

    /// The content is done with so many bytes: the client may send as many more.
    func consumed(_ count: Int) {
        consumed += count
        guard phase == .open, !isEOFReceived, consumed >= windowMax / 4 else { return }
        window += consumed
        var packet = message(MessageNumber.channelWindowAdjust)
        packet.writeInteger(UInt32(consumed))
        consumed = 0
        connection.transport.send(packet)
    }

    func receive(_ number: UInt8, _ packet: inout ByteBuffer) throws {
        guard phase != .opening else { throw SSHError.violation("packet \(number) on a channel that is not open yet") }
        switch number {
        case MessageNumber.channelWindowAdjust:
            peerWindow += Int(try packet.takeUInt32())
            guard peerWindow <= UInt32.max else { throw SSHError.violation("a window is larger than it may be") }
            outputIsFree()
        case MessageNumber.channelData: try receiveData(try packet.takeString(), isForUs: true)
        case MessageNumber.channelExtendedData:
            // No kind of it goes from client to server.
            _ = try packet.takeUInt32()
            try receiveData(try packet.takeString(), isForUs: false)
        case MessageNumber.channelEOF:
            guard !isEOFReceived else { return }
            isEOFReceived = true
            if phase == .open { content.receiveEOF() }
        case MessageNumber.channelClose: receiveClose()
        case MessageNumber.channelRequest: try receiveRequest(&packet)
        // We send no requests that would be answered.
        default: throw SSHError.violation("packet \(number) answers a request that was not made")
        }
    }

    private func receiveData(_ data: ByteBuffer, isForUs: Bool) throws(SSHError) {
        let count = data.readableBytes
        guard count <= window, count <= connection.limits.packetSizeMax else { throw .violation("more data than the window allows") }
        guard !isEOFReceived else { throw .violation("data after its end") }
        window -= count
        if isForUs, phase == .open { content.receive(data) } else { consumed(count) }
    }

    private func receiveRequest(_ packet: inout ByteBuffer) throws {
        let name = try packet.takeText()
        let wantsReply = try packet.takeBool()
        // A channel that we have closed does nothing more, but the client may not know yet.
        let isDone = try phase == .open && content.receiveRequest(name, &packet)
        guard wantsReply, phase == .open else { return }
        connection.transport.send(message(isDone ? MessageNumber.channelSuccess : MessageNumber.channelFailure))
    }

    private func receiveClose() {
        if phase == .open { connection.transport.send(message(MessageNumber.channelClose)) }
        lose()
        connection.removed(self)
    }

    /// It is gone.
    func lose() {
        guard phase != .closed else { return }
        phase = .closed
        pending.removeAll()
        content.closed()
    }
}
