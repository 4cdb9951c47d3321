import HTTPTypes
import HostAccess
import HummingbirdCore
import Logging
import NIOCore
import Scalars

/// Answers requests: admits them, has them handled, and writes what came of it.
struct Responder: Sendable {
    let gate: Gate
    let metrics: Metrics
    let logger: Logger
    private var configuration: APIServerConfiguration { gate.configuration }

    init(gate: Gate, metrics: Metrics, logger: Logger) {
        self.gate = gate
        self.metrics = metrics
        self.logger = logger
    }

    /// Answers one request of a connection.
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = ContinuousClock.now
        let id = UUID.random()
        metrics.began()
        var route: String?
        var userName: String?
        var answer: Answer
        let peer = channel.remoteAddress?.ipAddress ?? ""
        do {
            let admitted = try await gate.admit(request.head, id: id, peer: peer, body: request.body)
            route = admitted.route.path
            userName = admitted.scope.session?.actor.username
            answer = try await handle(admitted)
        } catch {
            answer = Answer(translate(error, id))
        }
        finish(&answer, id)
        // A body that was not read to its end is not worth waiting for.
        let isRefused = [408, 413, 415].contains(answer.status.code)
        if isRefused { answer.headers[.connection] = "close" }
        defer {
            let duration = ContinuousClock.now - start
            metrics.ended(
                route: route ?? "", method: Self.known(request.method), status: answer.status.code, duration: duration)
            log(request, id, peer, userName, answer.status.code, duration)
            if isRefused { channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) } }
        }
        try await write(answer, isHead: request.method == .head, writer)
    }

    private func handle(_ admitted: Gate.Admitted) async throws -> Answer {
        let answer = try await TimeLimit.run(admitted.route.timeLimit) { try await admitted.route.handler(admitted.scope) }
        if case .may = admitted.route.permission, !admitted.scope.wasChecked {
            // A mistake of ours; the answer may hold what this user must not see.
            admitted.scope.logger.critical("a route answered without asking for its permission", metadata: ["route": "\(admitted.route.path)"])
            throw APIError(.internalServerError, "An internal error occurred.")
        }
        return answer
    }

    private func translate(_ error: any Error, _ id: UUID) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as AccessError where error.code == .busy: return .unavailable(error.message)
        case is CancellationError: return .unavailable("The server is stopping.")
        default:
            logger.error("request failed", metadata: ["request.id": "\(id)", "error": "\(error)"])
            return APIError(.internalServerError, "An internal error occurred.", detail: "Request \(id); the server's log says more.")
        }
    }

    private func finish(_ answer: inout Answer, _ id: UUID) {
        SecurityHeaders.add(to: &answer.headers, isSecure: configuration.isSecure)
        answer.headers[.date] = HTTPDate.text(.now())
        if let name = HTTPField.Name("X-Request-Id") { answer.headers[name] = id.description }
        if let name = HTTPField.Name("X-Coder-Build-Version") { answer.headers[name] = configuration.version }
    }

    private func write(_ answer: Answer, isHead: Bool, _ writer: consuming ResponseWriter) async throws {
        var head = HTTPResponse(status: answer.status, headerFields: answer.headers)
        switch answer.body {
        case .empty:
            if answer.status.code >= 200, answer.status != .noContent, answer.status != .notModified { head.headerFields[.contentLength] = "0" }
            try await writer.writeResponse(head)
        case .bytes(let bytes):
            head.headerFields[.contentLength] = "\(bytes.readableBytes)"
            if isHead { return try await writer.writeResponse(head) }
            try await writer.write(response: head, body: ResponseBody(byteBuffer: bytes))
        case .stream(let produce):
            if isHead { return try await writer.writeResponse(head) }
            try await writer.write(
                response: head,
                body: ResponseBody { bodyWriter in
                    var out = Answer.StreamWriter(out: bodyWriter)
                    try await produce(&out)
                    try await out.out.finish(nil)
                })
        }
    }

    /// The query is not logged: it may hold what is nobody's business.
    private func log(_ request: Request, _ id: UUID, _ peer: String, _ user: String?, _ status: Int, _ duration: Duration) {
        let path = (request.head.path ?? "").prefix { $0 != "?" }.prefix(256)
        let milliseconds = duration.wholeMilliseconds
        var metadata: Logger.Metadata = [
            "request.id": "\(id)", "http.method": "\(request.method.rawValue.prefix(16))", "http.path": "\(path)", "http.status": "\(status)",
            "http.duration_ms": "\(milliseconds)", "client.address": "\(peer)",
        ]
        if let user { metadata["user.name"] = "\(user)" }
        logger.log(level: status >= 500 ? .warning : .debug, "request answered", metadata: metadata)
    }

    /// So that nobody makes series by inventing methods.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}
