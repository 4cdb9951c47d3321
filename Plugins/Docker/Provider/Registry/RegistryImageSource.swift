import DockerEngine
import HCL
import JSON
import ProviderKit

/// `data "docker_registry_image"`: what a registry has under a name. The engine asks it, so that one network and one list of
/// credentials count.
struct RegistryImageSource: DataSource {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "id": .identifier, "name": .changeable(.string, .required), "insecure_skip_verify": .changeable(.bool),
                "sha256_digest": .computed(.string),
            ]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        guard configuration.bool("insecure_skip_verify") == true else { return [] }
        let detail = "The engine asks the registry: name the registry in its option \"insecure-registries\" instead."
        return [ProviderFinding(.error, "insecure_skip_verify is not supported", detail, at: .attribute("insecure_skip_verify"))]
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = configuration.string("name") ?? ""
        guard let image = ImageReference(name) else {
            throw ProviderError("Invalid name of an image", "\(name.goQuoted) is no name of an image.", at: .attribute("name"))
        }
        let answer = try await backend.ask("ask the registry for \(name.goQuoted)", at: .attribute("name")) { client in
            try await client.distribution(name, credentials: backend.credentials(of: image))
        }
        let digest = Value.optional(answer["Descriptor"]?["digest"]?.stringValue)
        return configuration.setting(["id": digest, "sha256_digest": digest])
    }
}
