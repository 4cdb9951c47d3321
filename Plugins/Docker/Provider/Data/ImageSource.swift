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
