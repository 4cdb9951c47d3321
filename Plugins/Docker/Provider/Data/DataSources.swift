import DockerEngine
import HCL
import JSON
import ProviderKit

/// `data "docker_image"`: an image that the engine has.
struct ImageSource: DataSource {
    let backend: DockerBackend

    var schema: Schema {
        Schema(BlockSchema(attributes: ["id": .identifier, "name": .changeable(.string, .required), "repo_digest": .computed(.string)]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = configuration.string("name") ?? ""
        let image = try await backend.ask("read the image \(name.goQuoted)", at: .attribute("name")) { try await $0.image(name) }
        let found = ImageResource.found(image, as: name)
        return configuration.setting(["id": found["image_id"] ?? .null(.string), "repo_digest": found["repo_digest"] ?? .null(.string)])
    }
}

/// `data "docker_network"`: a network that the engine has.
struct NetworkSource: DataSource {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: [
                    "id": .identifier, "name": .changeable(.string, .required), "driver": .computed(.string),
                    "options": .computed(.map(.string)), "internal": .computed(.bool), "scope": .computed(.string),
                    "ipam_config": .computed(.set(NetworkResource.ipamConfig.block.impliedType)),
                ]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = configuration.string("name") ?? ""
        let network = try await backend.ask("read the network \(name.goQuoted)", at: .attribute("name")) { try await $0.network(name) }
        return configuration.setting(NetworkResource.found(network))
    }
}

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
            try await client.distribution(name, credentials: backend.credentials[RegistryCredentials.key(image.registry ?? "")])
        }
        let digest = Value.optional(answer["Descriptor"]?["digest"]?.stringValue)
        return configuration.setting(["id": digest, "sha256_digest": digest])
    }
}
