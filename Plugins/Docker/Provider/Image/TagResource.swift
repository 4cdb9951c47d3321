import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_tag`: one more name of an image. Its end takes no name away, as in the published provider.
struct TagResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "id": .identifier, "source_image": .fixed(.string, .required), "source_image_id": .computed(.string),
                "target_image": .fixed(.string, .required), "tag_triggers": .fixed(.set(.string)),
            ]))
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let (source, target) = (planned.string("source_image") ?? "", planned.string("target_image") ?? "")
        guard let reference = ImageReference(target), reference.digest == nil else {
            throw ProviderError("Invalid name of an image", "\(target.goQuoted) is no name for an image.", at: .attribute("target_image"))
        }
        let image = try await backend.ask("tag the image \(source.goQuoted)", at: .attribute("source_image")) { client in
            try await client.tag(source, as: reference)
            return try await client.image(source)
        }
        return schema.block.resolved(
            planned, ["id": .string("\(source).\(target)"), "source_image_id": .optional(image["Id"]?.stringValue)])
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let target = state.string("target_image"),
            let image = try await backend.find("read the image \(target.goQuoted)", { try await $0.image(target) })
        else { return nil }
        // The name may stand for another image now.
        return image["Id"]?.stringValue == state.string("source_image_id") ? state : nil
    }
}
