import HTTPTypes
import Logging
import NIOCore
import Scalars

extension Responder {
    /// What becomes of a connection whose first request asks for a WebSocket; nil if it gets an answer instead, which says why.
    func upgrade(_ head: HTTPRequest, _ channel: any Channel) async -> WebSocketAnswer? {
        let id = UUID.random()
        do {
            let admitted = try await gate.admit(head, id: id, peer: channel.remoteAddress?.ipAddress ?? "", body: nil)
            guard let upgrade = admitted.route.upgrade else { return nil }
            let answer = try await TimeLimit.run(.seconds(30)) { try await upgrade(admitted.scope) }
            if case .may = admitted.route.permission, !admitted.scope.wasChecked {
                logger.critical("a route answered without asking for its permission", metadata: ["route": "\(admitted.route.path)"])
                return nil
            }
            logger.debug("web socket opened", metadata: ["request.id": "\(id)", "route": "\(admitted.route.path)"])
            return answer
        } catch {
            // The request is answered again as one without an upgrade, and that answer carries the error.
            logger.debug("web socket refused", metadata: ["request.id": "\(id)", "error": "\(error)"])
            return nil
        }
    }
}
