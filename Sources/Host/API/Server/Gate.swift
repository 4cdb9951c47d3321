import HTTPTypes
import HostAccess
import HummingbirdCore
import Logging
import NIOCore
import Scalars

/// What every request passes: its route, its key, its limits; then it is answered.
struct Gate: Sendable {
    let tree: RouteTree
    let configuration: APIServerConfiguration
    let authenticator: any Authenticator
    let rates: RateLimiter
    let logger: Logger

    /// A request that has passed.
    struct Admitted: Sendable {
        var scope: RequestScope
        var route: Route
    }

    /// - Throws: ``APIError`` for whoever may not pass.
    func admit(_ head: HTTPRequest, id: UUID, peer: String, body: RequestBody?) async throws -> Admitted {
        let parts = (head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let route: Route
        let values: [String: String]
        switch tree.match(head.method, parts.first ?? "/") {
        case .route(let found, let names): (route, values) = (found, names)
        case .otherMethods(let methods):
            let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
            throw APIError(.methodNotAllowed, "This method is not allowed here.", detail: "Allowed: \(allowed).", headers: [.allow: allowed])
        case .nothing: throw APIError(.notFound, "Route not found.")
        }
        let address = clientAddress(head.headerFields, peer: peer)
        let session = try await session(head, route, address)
        try admitRate(session, address)
        try check(route, session)
        var logger = logger
        logger[metadataKey: "request.id"] = "\(id)"
        let scope = RequestScope(
            id: id, route: route, head: head, path: values, query: try QueryValues(parts.count > 1 ? parts[1] : nil), address: address,
            session: session, logger: logger, body: body)
        return Admitted(scope: scope, route: route)
    }

    /// Behind a proxy that we trust the client is the last address that is not one of these proxies.
    private func clientAddress(_ headers: HTTPFields, peer: String) -> String {
        guard configuration.trustedProxies.contains(peer), let name = HTTPField.Name("X-Forwarded-For"), let text = headers[name] else {
            return peer
        }
        let hops = text.split(separator: ",").map(\.trimmingSpaces)
        return hops.last { !configuration.trustedProxies.contains($0) } ?? peer
    }

    private func session(_ head: HTTPRequest, _ route: Route, _ address: String) async throws -> Session? {
        guard let found = Credentials.find(head.headerFields) else { return nil }
        if case .other = route.permission { return nil }
        // A page of another site must not act, or listen, with the cookie of its visitor.
        let isSafe = [.get, .head, .options].contains(head.method) && head.headerFields[.upgrade] == nil
        if found.isCookie, !isSafe,
            !Credentials.isOwnSite(head.headerFields, authority: head.authority, accessURL: configuration.accessURL)
        {
            throw APIError(.forbidden, "This request comes from another site.", detail: "Cookies count for requests from \(configuration.accessURL) alone.")
        }
        guard let token = found.token else {
            if route.permission == .anybody { return nil }
            throw APIError.unauthorized("The key is not of the form ID-SECRET.")
        }
        let session = try await authenticator.session(of: token, address: address)
        if session == nil, route.permission != .anybody { throw APIError.unauthorized("The key is unknown, or its time is over.") }
        return session
    }

    private func admitRate(_ session: Session?, _ address: String) throws(APIError) {
        guard let wait = rates.take(session.map { "user \($0.actor.id)" } ?? "address \(address)") else { return }
        let seconds = max(1, wait.components.seconds + 1)
        throw APIError(
            .tooManyRequests, "You have sent too many requests.", detail: "Try again in \(seconds) s.", headers: [.retryAfter: "\(seconds)"])
    }

    private func check(_ route: Route, _ session: Session?) throws(APIError) {
        switch route.permission {
        case .anybody, .other: return
        case .signedIn, .may:
            guard let session else { throw .unauthorized("Cookie or header \"Coder-Session-Token\" must be provided.") }
            // Every scope lets its holder ask who they are; what is theirs alone is otherwise for keys for everything.
            if case .may(let action, let type) = route.permission, !session.actor.scopes.contains(where: { $0.allows(action, type) }) {
                throw APIError(.forbidden, "This key may not be used for this.", detail: "It needs the scope \(type.rawValue):\(action.rawValue).")
            }
        }
    }
}
