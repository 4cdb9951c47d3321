package import HTTPTypes

/// One operation of the API: what it is for, whom, what it takes and answers, and what answers it.
///
/// From this value come the router, the OpenAPI document and the policy test, so they cannot differ.
package struct Route: Sendable {
    /// What a request may or must say after the question mark.
    package struct Query: Sendable {
        package var name: String
        package var kind: String
        package var summary: String
        /// A value: its name, its JSON type (`string`, `integer`, `boolean`), and what it is for.
        package init(_ name: String, _ kind: String = "string", _ summary: String = "") {
            self.name = name
            self.kind = kind
            self.summary = summary
        }
    }

    /// What a request carries.
    package enum Body: Sendable {
        case none
        /// A model.
        case json(any (Decodable & Sendable).Type, sizeMax: Int)
        /// Bytes of one of these media types.
        case bytes([String], sizeMax: Int)
    }

    /// What is answered if all is well.
    package enum Content: Sendable {
        case none
        case json(any (Decodable & Sendable).Type)
        case media(String)
    }

    package var method: HTTPRequest.Method
    /// With names in braces for what varies: `/api/v2/users/{user}`.
    package var path: String
    /// In the document: which chapter.
    package var tag: String
    /// In the document: one line.
    package var summary: String
    package var permission: Permission
    package var query: [Query] = []
    package var body: Body = .none
    package var status: HTTPResponse.Status = .ok
    package var content: Content
    /// How long it may take; nil if it streams.
    package var timeLimit: Duration? = .seconds(30)
    /// What answers.
    package var handler: @Sendable (RequestScope) async throws -> Answer
    /// What answers if the client asks for a WebSocket; nil if there is none here.
    package var upgrade: (@Sendable (RequestScope) async throws -> WebSocketAnswer)?

    /// How large bodies of JSON may be where nothing else is said.
    package static let jsonSizeMax = 1 << 20

    /// A route in full; ``get(_:_:_:_:query:_:)`` and its like are shorter.
    package init(
        method: HTTPRequest.Method, path: String, tag: String, summary: String, permission: Permission, query: [Query] = [],
        body: Body = .none, status: HTTPResponse.Status = .ok, content: Content,
        handler: @escaping @Sendable (RequestScope) async throws -> Answer,
        upgrade: (@Sendable (RequestScope) async throws -> WebSocketAnswer)? = nil
    ) {
        self.method = method
        self.path = path
        self.tag = tag
        self.summary = summary
        self.permission = permission
        self.query = query
        self.body = body
        self.status = status
        self.content = content
        self.handler = handler
        self.upgrade = upgrade
    }

    /// This route with more to say about it.
    package func with(_ change: (inout Route) -> Void) -> Route {
        var route = self
        change(&route)
        return route
    }
}
