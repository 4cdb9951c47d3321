import Logging
import NIOCore

/// Finds out who the client is: RFC 4252.
final class Authenticator: TransportUser {
    private unowned let transport: Transport
    private var isRequested = false
    private var attempts = 0
    private var requests = 0
    /// With those that are not refused: whether a key would do may be asked for many keys.
    private static let requestsMax = 64
    /// Whether a key is being looked up; requests that come meanwhile wait.
    private var isAsking = false
    private var waiting: [ByteBuffer] = []

    init(_ transport: Transport) { self.transport = transport }

    func receive(_ number: UInt8, _ packet: inout ByteBuffer) throws -> Bool {
        switch number {
        case MessageNumber.serviceRequest:
            let name = try packet.takeText()
            guard name == "ssh-userauth" else {
                throw SSHError(.serviceNotAvailable, "the service \"\(name.prefix(40))\" is not available before authentication")
            }
            isRequested = true
            var answer = ByteBuffer.message(MessageNumber.serviceAccept)
            answer.put(name)
            transport.send(answer)
        case MessageNumber.userAuthRequest:
            guard isRequested else { throw SSHError.violation("authentication before its service was requested") }
            if isAsking {
                guard waiting.count < 16 else { throw SSHError.violation("too many requests at once") }
                waiting.append(packet)
            } else {
                try authenticate(packet)
            }
        default: throw SSHError.violation("packet \(number) before authentication")
        }
        return true
    }

    private func authenticate(_ packet: ByteBuffer) throws {
        var packet = packet
        requests += 1
        guard requests <= Self.requestsMax else {
            throw SSHError(.noMoreAuthenticationMethods, "too many requests to authenticate")
        }
        let (user, service, method) = (try packet.takeText(), try packet.takeText(), try packet.takeText())
        guard service == "ssh-connection" else {
            throw SSHError(.serviceNotAvailable, "the service \"\(service.prefix(40))\" is not available")
        }
        switch (transport.configuration.authentication, method) {
        case (.none, _):
            // Whatever the client would prove, it need not.
            succeed(user)
        case (.publicKeys(let accepts), "publickey"):
            try authenticate(user, by: try KeyRequest(user: user, &packet), accepts)
        case (.publicKeys, _): try refuse()
        }
    }

    private func authenticate(
        _ user: String, by request: KeyRequest, _ accepts: @escaping @Sendable (String, PublicKey) async -> Bool
    ) throws {
        guard let sessionID = transport.sessionID else { throw SSHError.violation("authentication before keys") }
        guard request.isKnown else { return try refuse() }
        // Before anybody is asked, so that what is asked about is at least the client's own.
        if let signature = request.signature,
            !request.key.isValid(signature, of: request.signedText(sessionID), algorithm: request.algorithm)
        {
            return try refuse()
        }
        isAsking = true
        let key = request.key
        let promise = transport.loop.makePromise(of: Bool.self)
        promise.completeWithTask { await accepts(user, key) }
        promise.futureResult.assumeIsolated().whenSuccess { [weak self] isAccepted in self?.answer(request, isAccepted) }
    }

    private func answer(_ request: KeyRequest, _ isAccepted: Bool) {
        // The connection may be closed by now, and with it the transport.
        guard isAsking else { return }
        isAsking = false
        do {
            if !isAccepted {
                try refuse()
            } else if request.signature != nil {
                return succeed(request.user)
            } else {
                var answer = ByteBuffer.message(MessageNumber.userAuthKeyOK)
                answer.put(request.algorithm)
                answer.put(request.key.blob)
                transport.send(answer)
            }
            while !isAsking, !waiting.isEmpty { try authenticate(waiting.removeFirst()) }
        } catch let error as SSHError {
            transport.end(error)
        } catch {
            transport.end(SSHError(.protocolError, "\(error)"))
        }
    }

    private func succeed(_ user: String) {
        transport.logger[metadataKey: "ssh.user"] = "\(user.prefix(80))"
        waiting = []
        transport.send(.message(MessageNumber.userAuthSuccess))
        transport.authenticated(Connection(transport, user: user))
    }

    private func refuse() throws(SSHError) {
        attempts += 1
        // The first asks, with the method "none", which methods there are.
        guard attempts <= transport.configuration.limits.authenticationAttemptsMax else {
            throw SSHError(.noMoreAuthenticationMethods, "too many attempts to authenticate")
        }
        var answer = ByteBuffer.message(MessageNumber.userAuthFailure)
        answer.put("publickey")
        answer.put(false)
        transport.send(answer)
    }

    func outputIsFree() {}

    func transportClosed() { (isAsking, waiting) = (false, []) }
}

/// A request to be let in by a key: with a signature, or, without, whether one would be of use.
struct KeyRequest {
    let user: String
    let algorithm: String
    let key: PublicKey
    let signature: ByteBuffer?

    init(user: String, _ packet: inout ByteBuffer) throws(SSHError) {
        self.user = user
        let isSigned = try packet.takeBool()
        algorithm = try packet.takeText()
        key = try PublicKey(blob: try packet.takeBytes())
        signature = isSigned ? try packet.takeString() : nil
        try packet.expectEnd(of: "a request to authenticate")
    }

    var isKnown: Bool { PublicKey.signatureAlgorithms.contains(algorithm) && key.type == PublicKey.keyType(of: algorithm) }

    /// RFC 4252, section 7.
    func signedText(_ sessionID: [UInt8]) -> [UInt8] {
        var text = ByteBuffer()
        text.put(sessionID)
        text.writeInteger(MessageNumber.userAuthRequest)
        for part in [user, "ssh-connection", "publickey"] { text.put(part) }
        text.put(true)
        text.put(algorithm)
        text.put(key.blob)
        return Array(text.readableBytesView)
    }
}
