import DockerEngine
import HCL
import JSON
import ProviderKit

/// `data "docker_containers"`: all containers of the engine, whoever made them.
struct ContainersSource: DataSource {
    let backend: DockerBackend

    private static let container: [String: ValueType] = [
        "command": .string, "created": .number, "id": .string, "image": .string, "image_id": .string, "labels": .map(.string),
        "names": .list(.string), "state": .string, "status": .string,
    ]

    var schema: Schema {
        Schema(BlockSchema(attributes: ["id": .computed(.string), "containers": .computed(.list(.object(Self.container)))]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let entries = try await backend.ask("list containers") { try await $0.containers() }
        let containers = entries.map { entry in
            func text(_ member: String) -> Value { .string(entry[member]?.stringValue ?? "") }
            return Value.object([
                "command": text("Command"), "created": .integer(entry["Created"]?.intValue ?? 0), "id": text("Id"), "image": text("Image"),
                "image_id": text("ImageID"), "labels": .stringMap(entry["Labels"]?.strings ?? [:]),
                "names": .strings(entry["Names"]?.stringList ?? []), "state": text("State"), "status": text("Status"),
            ])
        }
        return configuration.setting(["id": .string("docker_containers"), "containers": .list(containers, of: .object(Self.container))])
    }
}
