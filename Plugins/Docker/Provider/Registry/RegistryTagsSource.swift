import DockerEngine
import HCL
import ProviderKit

/// `data "docker_registry_image_tags"`: the versions of an image in a registry. This machine asks the registry.
struct RegistryTagsSource: DataSource {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "id": .computed(.string), "name": .changeable(.string, .required), "insecure_skip_verify": .changeable(.bool),
                "strict_semver": .changeable(.bool), "tags": .computed(.list(.string)),
            ]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let access = try RegistryAccess(configuration, backend)
        var tags = try await access.ask("list the tags") { try await $0.tags() }
        if configuration.bool("strict_semver") == true { tags = tags.filter(Self.isStableVersion) }
        return configuration.setting([
            "id": .string("\(access.image.registry ?? "registry-1.docker.io")/\(access.image.path)"),
            "tags": .strings(tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }),
        ])
    }

    /// Whether a tag is a version without an addition; parts may be missing: `1.2.3`, `v1.2`.
    static func isStableVersion(_ tag: String) -> Bool {
        tag.wholeMatch(of: /v?(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){0,2}/) != nil
    }
}
