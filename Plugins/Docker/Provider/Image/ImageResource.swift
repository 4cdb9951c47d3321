import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_image`: an image in the engine, pulled from a registry or built.
struct ImageResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: [
                    "id": .computed(.string), "name": .fixed(.string, .required), "image_id": .computed(.string),
                    "repo_digest": .computed(.string), "keep_locally": .changeable(.bool), "pull_triggers": .fixed(.set(.string)),
                    "force_remove": .changeable(.bool), "triggers": .fixed(.map(.string)),
                    "platform": .fixed(.string, default: .string("")),
                ], blocks: ["build": ImageBuild.schema, "timeouts": .timeouts]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings = configuration.blocks("build").flatMap(ImageBuild.validate)
        if !configuration.blocks("build").isEmpty, !configuration[attribute: "pull_triggers"].isNull {
            findings.append(
                ProviderFinding(
                    .error, "Conflicting configuration arguments", "\"build\": conflicts with pull_triggers", at: .attribute("build")))
        }
        if let name = configuration.string("name"), ImageReference(name) == nil, !name.hasPrefix("sha256:") {
            findings.append(
                ProviderFinding(.error, "Invalid name of an image", "\(name.goQuoted) is no name of an image.", at: .attribute("name")))
        }
        return findings
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        try await OperationTimeout.run(planned, "create") {
            let name = planned.string("name") ?? ""
            for block in planned.blocks("build") {
                try await ImageBuild(backend: backend, operation: operation, block: block, name: name).run()
            }
            // Triggers are there to make it pull again, also where the old image stays.
            let isBuilt = !planned.blocks("build").isEmpty
            let image = try await ImagePull(backend: backend, operation: operation).image(
                name, platform: isBuilt ? nil : planned.string("platform"),
                always: !isBuilt && planned.strings("pull_triggers")?.isEmpty == false, at: .attribute("name"))
            return state(planned, image)
        }
    }

    private func state(_ planned: Value, _ image: JSONValue) -> Value {
        schema.block.resolved(planned, Self.found(image, as: planned.string("name") ?? ""))
    }

    /// What the engine says of an image.
    static func found(_ image: JSONValue, as name: String) -> [String: Value] {
        let id = image["Id"]?.stringValue ?? ""
        let digests = image["RepoDigests"]?.stringList ?? []
        let repository = ImageReference(name)?.repository
        let digest = digests.first { repository != nil && $0.hasPrefix("\(repository ?? "")@") } ?? digests.first ?? ""
        // The published provider appends the name, so that two resources of one image differ.
        return ["id": .string(id + name), "image_id": .string(id), "repo_digest": .string(digest)]
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let name = state.string("name") else { return nil }
        guard let image = try await backend.find("read the image \(name.goQuoted)", { try await $0.image(name) }) else { return nil }
        return state.setting(Self.found(image, as: name))
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let name = state.string("name"), state.bool("keep_locally") != true else { return }
        _ = try await backend.find("remove the image \(name.goQuoted)") { client in
            do {
                try await client.removeImage(name, force: state.bool("force_remove") == true)
            } catch let error as DockerError where error.isConflict {
                // It is what other containers were made of; the last of its owners may remove it.
                operation.log("the image \(name) stays, because it is used elsewhere: \(error.message)")
            }
        }
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard !planned.blocks("build").isEmpty, let filter = DockerLabels.filter(operation) else { return nil }
        let images = try await backend.ask("look for the image of \(operation.address)") { try await $0.images(filters: filter) }
        guard let id = images.first?["Id"]?.stringValue else { return nil }
        return try await backend.find("read the image \(id.goQuoted)") { try await $0.image(id) }.map { state(planned, $0) }
    }
}
