package import HTTPTypes

/// What a model must be to be answered: written, and read again by clients and for its schema.
package typealias Model = Codable & Sendable

extension Route {
    /// A question: `GET`, answered with a model.
    package static func get<Result: Model>(
        _ path: String, _ tag: String, _ summary: String, _ permission: Permission, query: [Query] = [],
        _ handler: @escaping @Sendable (RequestScope) async throws -> Result
    ) -> Route {
        Route(method: .get, path: path, tag: tag, summary: summary, permission: permission, query: query, content: .json(Result.self)) {
            try .json(await handler($0))
        }
    }

    /// A command with a body, answered with a model.
    package static func send<Input: Model, Result: Model>(
        _ method: HTTPRequest.Method, _ path: String, _ tag: String, _ summary: String, _ permission: Permission,
        status: HTTPResponse.Status = .ok, sizeMax: Int = jsonSizeMax,
        _ handler: @escaping @Sendable (RequestScope, Input) async throws -> Result
    ) -> Route {
        Route(
            method: method, path: path, tag: tag, summary: summary, permission: permission, body: .json(Input.self, sizeMax: sizeMax),
            status: status, content: .json(Result.self)
        ) { scope in
            try .json(await handler(scope, await scope.json(Input.self)), status: status)
        }
    }

    /// A command with a body, after which there is nothing to say.
    package static func change<Input: Model>(
        _ method: HTTPRequest.Method, _ path: String, _ tag: String, _ summary: String, _ permission: Permission,
        sizeMax: Int = jsonSizeMax, _ handler: @escaping @Sendable (RequestScope, Input) async throws -> Void
    ) -> Route {
        Route(
            method: method, path: path, tag: tag, summary: summary, permission: permission, body: .json(Input.self, sizeMax: sizeMax),
            status: .noContent, content: .none
        ) { scope in
            try await handler(scope, await scope.json(Input.self))
            return Answer(status: .noContent)
        }
    }

    /// A command without a body, answered with a model.
    package static func act<Result: Model>(
        _ method: HTTPRequest.Method, _ path: String, _ tag: String, _ summary: String, _ permission: Permission,
        status: HTTPResponse.Status = .ok, query: [Query] = [],
        _ handler: @escaping @Sendable (RequestScope) async throws -> Result
    ) -> Route {
        Route(
            method: method, path: path, tag: tag, summary: summary, permission: permission, query: query, status: status,
            content: .json(Result.self)
        ) { try .json(await handler($0), status: status) }
    }

    /// A command without a body, after which there is nothing to say.
    package static func act(
        _ method: HTTPRequest.Method, _ path: String, _ tag: String, _ summary: String, _ permission: Permission,
        _ handler: @escaping @Sendable (RequestScope) async throws -> Void
    ) -> Route {
        Route(method: method, path: path, tag: tag, summary: summary, permission: permission, status: .noContent, content: .none) {
            try await handler($0)
            return Answer(status: .noContent)
        }
    }
}
