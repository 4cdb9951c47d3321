import APITypes
package import HTTPTypes
package import HostAccess
import HummingbirdCore
import JSON
package import Logging
package import NIOCore
package import Scalars
import Synchronization

/// One request while it is being answered: what it says, and who says it.
package final class RequestScope: Sendable {
    /// Of this request, in the log, and in the answer's header `X-Request-Id`.
    package let id: UUID
    package let route: Route
    package let method: HTTPRequest.Method
    /// What stands in the path where the route has names in braces, decoded.
    package let path: [String: String]
    package let query: QueryValues
    package let headers: HTTPFields
    /// The address of the client; with a trusted proxy before us, what the proxy says.
    package let address: String
    /// Who asks; nil without a key.
    package let session: Session?
    package let logger: Logger
    private let body: RequestBody?
    private let isAuthorized = Mutex(false)

    init(
        id: UUID, route: Route, head: HTTPRequest, path: [String: String], query: QueryValues, address: String, session: Session?,
        logger: Logger, body: RequestBody?
    ) {
        self.id = id
        self.route = route
        method = head.method
        self.path = path
        self.query = query
        headers = head.headerFields
        self.address = address
        self.session = session
        self.logger = logger
        self.body = body
    }

    /// Who asks.
    package func actor() throws(APIError) -> HostAccess.Actor {
        guard let session else { throw .unauthorized("Cookie or header \"Coder-Session-Token\" must be provided.") }
        return session.actor
    }

    /// What the client calls itself.
    package var userAgent: String { headers[.userAgent].map { String($0.prefix(512)) } ?? "" }

    /// What stands in the path for a name of the route.
    package func text(_ name: String) -> String {
        path[name] ?? ""
    }

    /// An identifier in the path.
    package func uuid(_ name: String) throws(APIError) -> UUID {
        guard let value = UUID(text(name)) else {
            throw APIError(
                .badRequest, "Invalid UUID \"\(text(name).prefix(64))\".", validations: [ValidationError(field: name, detail: "must be a UUID")])
        }
        return value
    }

    // MARK: - Access

    /// Goes on only if whoever asks may do this to that. Who may not even see it learns nothing: for them it does not exist.
    package func require(_ action: Action, _ object: Object) throws(APIError) {
        isAuthorized.withLock { $0 = true }
        let actor = try actor()
        if actor.can(action, object) { return }
        throw action != .read && actor.can(.read, object) ? .forbidden : .notFound
    }

    /// Those of several things that whoever asks may see.
    package func visible<Thing>(_ things: [Thing], _ action: Action = .read, _ object: (Thing) -> Object) throws(APIError) -> [Thing] {
        isAuthorized.withLock { $0 = true }
        let actor = try actor()
        return things.filter { actor.can(action, object($0)) }
    }

    /// Says that the handler has checked by other means: by a query that gives what may be seen.
    package func checked() {
        isAuthorized.withLock { $0 = true }
    }

    /// Whether the handler asked for what its route says.
    var wasChecked: Bool { isAuthorized.withLock { $0 } }

    // MARK: - Body

    /// The bytes of the body.
    package func bytes(sizeMax: Int) async throws -> ByteBuffer {
        guard let body else { return ByteBuffer() }
        if let text = headers[.contentLength], let length = Int(text), length > sizeMax { throw Self.tooLarge(sizeMax) }
        do {
            return try await body.collect(upTo: sizeMax)
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(sizeMax)
        }
    }

    private static func tooLarge(_ sizeMax: Int) -> APIError {
        APIError(.contentTooLarge, "The request's body is too large.", detail: "At most \(sizeMax) bytes are accepted here.")
    }

    /// The model that the body spells.
    func json<Input: Decodable>(_ type: Input.Type) async throws -> Input {
        guard case .json(_, let sizeMax) = route.body else { preconditionFailure("\(route.path) takes no JSON") }
        try JSONBody.checkMediaType(headers)
        let buffer = try await bytes(sizeMax: sizeMax)
        return try JSONBody.decode(type, buffer, sizeMax: sizeMax)
    }
}
