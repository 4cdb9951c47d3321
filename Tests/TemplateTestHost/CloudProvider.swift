import Foundation
package import HCL
package import ProviderKit

/// A provider of servers in a ``Cloud``; where that is, its configuration says alone.
package struct CloudProvider: Provider {
    package static let source = "test/cloud"
    let onCall: @Sendable (Cloud.Call) async throws -> Void
    /// What a server is said to be after it was made.
    let answer: @Sendable (Value) -> Value
    private var cloud: Cloud?

    package init(
        onCall: @escaping @Sendable (Cloud.Call) async throws -> Void = { _ in }, answer: @escaping @Sendable (Value) -> Value = { $0 }
    ) {
        self.onCall = onCall
        self.answer = answer
    }

    package var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "endpoint": AttributeSchema(.string, .required), "token": AttributeSchema(.string, .optional, isSensitive: true),
            ]))
    }
    package var resourceTypeNames: [String] { ["cloud_server"] }

    package func resourceType(_ name: String) -> (any ResourceType)? {
        name == "cloud_server" ? CloudServer(cloud: cloud, answer: answer) : nil
    }

    package func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider {
        guard let endpoint = configuration.string("endpoint") else {
            throw ProviderError("No endpoint", "The cloud is nowhere.", at: .attribute("endpoint"))
        }
        var ready = self
        ready.cloud = Cloud(directory: endpoint, onCall: onCall)
        return ready
    }
}

/// A server, made in two steps.
struct CloudServer: ResourceType {
    let cloud: Cloud?
    let answer: @Sendable (Value) -> Value

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "id": AttributeSchema(.string, .computed), "name": AttributeSchema(.string, .required),
                "zone": AttributeSchema(.string, .optional, forcesReplacement: true), "size": AttributeSchema(.string, .optional),
                "needs": AttributeSchema(.list(.string), .optional), "secret": AttributeSchema(.string, .optional, isSensitive: true),
            ]))
    }

    private func ready() throws -> Cloud {
        guard let cloud else { throw ProviderError("Not configured") }
        return cloud
    }

    private func text(_ value: Value) throws -> String { try value.jsonEncoded(as: schema.block.impliedType) }

    private func value(_ server: Cloud.Server) throws -> Value { try .jsonDecoded(server.attributes, as: schema.block.impliedType) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let cloud = try ready()
        let name = planned.string("name") ?? ""
        let id = UUID().uuidString
        let made = planned.setting(["id": .string(id)])
        var server = Cloud.Server(id: id, key: operation.key, name: name, isStarted: false, attributes: try text(made))
        try await cloud.call(.create, name) { try cloud.put(server) }
        try await operation.record(Value.object(["id": .string(id)]).jsonEncoded())
        server.isStarted = true
        try await cloud.call(.start, name) { [server] in try cloud.put(server) }
        return answer(made)
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        let cloud = try ready()
        return try await cloud.call(.read, state.string("name") ?? "") { try cloud.server(state.string("id") ?? "").map(value) }
    }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let cloud = try ready()
        return try await cloud.call(.update, state.string("name") ?? "") {
            guard var server = try cloud.server(state.string("id") ?? "") else { throw ProviderError("The server is gone") }
            server.attributes = try text(planned)
            try cloud.put(server)
            return planned
        }
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        let cloud = try ready()
        try await cloud.call(.delete, state.string("name") ?? "") { try cloud.remove(state.string("id") ?? "") }
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        schema.block.impliedType.nullAttributes.setting(["id": .string(id)])
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        let cloud = try ready()
        return try await cloud.call(.find, planned.string("name") ?? "") {
            let recorded = try operation.handle.map { try Value.jsonDecoded($0).string("id") }
            return try cloud.servers.first { $0.id == recorded || $0.key == operation.key }.map(value)
        }
    }
}
