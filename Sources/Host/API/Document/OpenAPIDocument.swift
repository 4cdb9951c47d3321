import APITypes
import HTTPTypes
package import JSON

/// The API as an OpenAPI 3.1 document, made from the routes.
package struct OpenAPIDocument: Sendable {
    /// Where it is served.
    package static let path = "/api/v2/openapi.json"
    /// The document.
    package let json: JSONValue

    /// - Throws: ``FieldError`` if a model is none of which a schema can be made.
    package init(_ routes: [Route], version: String) throws {
        var reader = SchemaReader()
        var paths: [String: JSONValue] = [:]
        let error = try reader.schema(APIResponse.self)
        for route in routes {
            let operation = try Self.operation(route, error, &reader)
            paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation
        }
        json = [
            "openapi": "3.1.0",
            "info": ["title": "Berth", "version": .string(version)],
            "paths": .object(paths),
            "components": [
                "schemas": .object(reader.components),
                "securitySchemes": [
                    "SessionToken": ["type": "apiKey", "in": "header", "name": "Coder-Session-Token"],
                    "SessionCookie": ["type": "apiKey", "in": "cookie", "name": .string(Credentials.cookie)],
                    "Bearer": ["type": "http", "scheme": "bearer"],
                ],
            ],
        ]
    }

    /// The route that serves it.
    var route: Route {
        let bytes = json.serialized()
        return Route(
            method: .get, path: Self.path, tag: "General", summary: "This API as an OpenAPI document", permission: .anybody,
            content: .media("application/json")
        ) { _ in .text(bytes, "application/json; charset=utf-8") }
    }

    private static func operation(_ route: Route, _ error: JSONValue, _ reader: inout SchemaReader) throws -> JSONValue {
        var parameters: [JSONValue] = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { name in
            ["name": .string(String(name.dropFirst().dropLast())), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        parameters += route.query.map { query in
            ["name": .string(query.name), "in": "query", "description": .string(query.summary), "schema": ["type": .string(query.kind)]]
        }
        var operation: JSONValue = [
            "summary": .string(route.summary), "tags": [.string(route.tag)], "operationId": .string(identifier(route)),
            "x-permission": .string(route.permission.description),
        ]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        switch route.body {
        case .none: break
        case .json(let type, _):
            operation["requestBody"] = ["required": true, "content": ["application/json": ["schema": try reader.schema(type)]]]
        case .bytes(let mediaTypes, _):
            let content = Dictionary(uniqueKeysWithValues: mediaTypes.map { ($0, JSONValue.object([:])) })
            operation["requestBody"] = ["required": true, "content": .object(content)]
        }
        var answers: JSONValue = ["default": ["description": "An error", "content": ["application/json": ["schema": error]]]]
        var success: JSONValue = ["description": .string(route.status.reasonPhrase)]
        switch route.content {
        case .none: break
        case .json(let type): success["content"] = ["application/json": ["schema": try reader.schema(type)]]
        case .media(let type): success["content"] = .object([type: [:]])
        }
        answers["\(route.status.code)"] = success
        if route.upgrade != nil { answers["101"] = ["description": "A WebSocket"] }
        operation["responses"] = answers
        if route.permission != .anybody {
            operation["security"] = [["SessionToken": []], ["SessionCookie": []], ["Bearer": []]]
        }
        return operation
    }

    /// `get-users-by-user`.
    private static func identifier(_ route: Route) -> String {
        let words = route.path.split(separator: "/").filter { $0 != "api" && $0 != "v2" }
        return ([route.method.rawValue.lowercased()] + words.map { $0.hasPrefix("{") ? "by-\($0.dropFirst().dropLast())" : String($0) })
            .joined(separator: "-")
    }
}
