import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_secret` and `docker_config`: a file that a swarm keeps for its services. Nothing of it can be changed.
struct SwarmFileResource: ResourceType {
    let backend: DockerBackend
    let kind: SwarmFileKind

    private var noun: String { kind == .secret ? "secret" : "config" }

    var schema: Schema {
        var attributes: [String: AttributeSchema] = ["id": .identifier, "name": .fixed(.string, .required)]
        var data = AttributeSchema.fixed(.string, kind == .secret ? .required : .optional, checks: [Self.base64])
        data.isSensitive = kind == .secret
        attributes["data"] = data
        if kind == .config { attributes["data_raw"] = .fixed(.string) }
        return Schema(version: kind == .secret ? 1 : 0, BlockSchema(attributes: attributes, blocks: ["labels": DockerLabels.blocks()]))
    }

    private static let base64 = ValueCheck { value in
        guard let text = value.stringValue, bytes(text) == nil else { return nil }
        return "It must be Base64, as base64encode(…) makes it."
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        // Published configurations have both alphabets. What is no Base64 has no bytes.
        try? Base64.decode(text.replacing("-", with: "+").replacing("_", with: "/"))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        kind == .secret ? [] : AttributeRules.exactlyOne(["data", "data_raw"], configuration)
    }

    private func content(_ planned: Value) -> [UInt8] {
        planned.string("data_raw").map { Array($0.utf8) } ?? planned.string("data").flatMap(Self.bytes) ?? []
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = planned.string("name") ?? ""
        let body: JSONValue = [
            "Name": .string(name), "Data": .string(Base64.encode(content(planned))), "Labels": DockerLabels.all(planned, operation),
        ]
        let id = try await backend.ask("create the \(noun) \(name.goQuoted)", at: .attribute("name")) {
            try await $0.createFile(kind, body)
        }
        try await operation.record(JSONValue.object(["id": .string(id)]).serialized())
        return schema.block.resolved(planned, ["id": .string(id)])
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let id = state.string("id") else { return nil }
        guard let file = try await backend.find("read the \(noun) \(id.goQuoted)", { try await $0.file(kind, id) }),
            file["ID"]?.stringValue == id
        else { return nil }
        // Only labels can be changed by hand.
        return state.setting(["labels": DockerLabels.understood(state, file["Spec"]?["Labels"], operation)])
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let id = state.string("id") else { return }
        _ = try await backend.find("remove the \(noun) \(state.string("name")?.goQuoted ?? id)") { try await $0.removeFile(kind, id) }
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        guard kind == .config else {
            throw ProviderError("A secret cannot be imported", "The engine gives away no secret, so that its data would be unknown.")
        }
        let file = try await backend.ask("read the config \(id.goQuoted)") { try await $0.file(kind, id) }
        let ours = operation.environment.labels
        let labels = (file["Spec"]?["Labels"]?.strings ?? [:]).filter { ours[$0.key] == nil && $0.key != DockerLabels.operation }
        return schema.block.resolved(
            .object([:]),
            [
                "id": .optional(file["ID"]?.stringValue), "name": .optional(file["Spec"]?["Name"]?.stringValue),
                "data": .optional(file["Spec"]?["Data"]?.stringValue), "labels": DockerLabels.value(labels),
            ])
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let filter = DockerLabels.filter(operation) else { return nil }
        let files = try await backend.ask("look for the \(noun) of \(operation.address)") { try await $0.files(kind, filters: filter) }
        return files.first?["ID"]?.stringValue.map { schema.block.resolved(planned, ["id": .string($0)]) }
    }
}
