import NIOCore

/// Answers to global requests, which name no request: they go out in the order of the requests, whenever each is known.
final class GlobalAnswers {
    private unowned let transport: Transport
    private var waiting = CircularBuffer<GlobalAnswer>()
    private static let waitingMax = 128

    init(_ transport: Transport) { self.transport = transport }

    func next(isWanted: Bool) throws(SSHError) -> GlobalAnswer {
        guard waiting.count < Self.waitingMax else { throw .violation("too many requests wait for their answers") }
        let answer = GlobalAnswer(isWanted: isWanted, of: self)
        if isWanted { waiting.append(answer) }
        return answer
    }

    func send() {
        while let packet = waiting.first?.packet {
            waiting.removeFirst()
            transport.send(packet)
        }
    }
}

/// The answer to one request.
final class GlobalAnswer {
    private let isWanted: Bool
    private weak var answers: GlobalAnswers?
    private(set) var packet: ByteBuffer?

    init(isWanted: Bool, of answers: GlobalAnswers) {
        self.isWanted = isWanted
        self.answers = answers
    }

    /// - Parameter write: appends what a success says.
    func give(_ isDone: Bool, _ write: (inout ByteBuffer) -> Void = { _ in }) {
        guard isWanted else { return }
        var packet = ByteBuffer.message(isDone ? MessageNumber.requestSuccess : MessageNumber.requestFailure)
        if isDone { write(&packet) }
        self.packet = packet
        answers?.send()
    }
}
