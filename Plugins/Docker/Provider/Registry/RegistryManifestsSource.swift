import DockerEngine
import HCL
import JSON
import ProviderKit

/// `data "docker_registry_image_manifests"`: the platforms that an image in a registry is for. This machine asks the registry.
struct RegistryManifestsSource: DataSource {
    let backend: DockerBackend

    private static let manifest: [String: ValueType] = [
        "architecture": .string, "media_type": .string, "os": .string, "sha256_digest": .string,
    ]

    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: [
                    "id": .identifier, "name": .changeable(.string, .required), "insecure_skip_verify": .changeable(.bool, default: .false),
                    "manifests": .computed(.set(.object(Self.manifest))),
                ], blocks: ["auth_config": RegistryAccess.block]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let access = try RegistryAccess(configuration, backend)
        let document = try await access.ask("read the manifests") { try await $0.manifest(access.image.tagOrDigest) }
        guard let entries = document["manifests"]?.arrayValue, !entries.isEmpty else {
            throw ProviderError(
                "The image is for one platform only",
                "The registry has no list of manifests for \(access.name.goQuoted). Its digest is what data \"docker_registry_image\" gives.",
                at: .attribute("name"))
        }
        let manifests = entries.map { entry in
            func text(_ value: JSONValue?) -> Value { .string(value?.stringValue ?? "") }
            return Value.object([
                "architecture": text(entry["platform"]?["architecture"]), "media_type": text(entry["mediaType"]),
                "os": text(entry["platform"]?["os"]), "sha256_digest": text(entry["digest"]),
            ])
        }
        return configuration.setting([
            "id": .string("\(access.image.path):\(access.image.tagOrDigest)"), "manifests": .set(manifests, of: .object(Self.manifest)),
        ])
    }
}
