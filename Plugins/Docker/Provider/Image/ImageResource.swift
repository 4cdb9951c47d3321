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
        let found = try await operation.outcome({ $0 == nil }) { () -> Value? in
            let image = try await backend.find("read the image \(name.goQuoted)") { try await $0.image(name) }
            if let image { return state.setting(Self.found(image, as: name)) }
            // Without its name nobody else would ever remove it.
            return try await unnamed(state) == nil ? nil : state.setting(["name": .string("")])
        }
        return found
    }

    /// An image that was built, if it has no name any more, or never got one.
    private func unnamed(_ state: Value) async throws -> JSONValue? {
        guard !state.blocks("build").isEmpty, let id = state.string("image_id"), !id.isEmpty else { return nil }
        let image = try await backend.find("read the image \(id.goQuoted)") { try await $0.image(id) }
        guard let image, (image["RepoTags"]?.stringList ?? []).isEmpty else { return nil }
        return image
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let name = state.string("name"), state.bool("keep_locally") != true else { return }
        if !name.isEmpty { try await remove(name, state, operation) }
        guard let image = try await unnamed(state), let id = image["Id"]?.stringValue else { return }
        // With an image go those without a name that it was made of.
        for later in try await madeLater(image, state, operation) where later != id { try await remove(later, state, operation) }
        try await remove(id, state, operation)
    }

    /// What the engine made of a part of a build that was cut off, after the part was put on record: it would hold the part.
    private func madeLater(_ part: JSONValue, _ state: Value, _ operation: ProviderOperation) async throws -> [String] {
        let labels = part["Config"]?["Labels"]?.strings ?? [:]
        // A whole image may be what others made theirs of, with its labels.
        guard let block = state.blocks("build").first, let change = labels[DockerLabels.operation],
            !ImageBuild.labels(block, operation).keys.allSatisfy({ labels[$0] != nil })
        else { return [] }
        let filter = ["label": ["\(DockerLabels.operation)=\(change)"]]
        let images = try await backend.ask("look for parts of the image of \(operation.address)") { try await $0.images(filters: filter) }
        let unnamed = images.filter { ($0["RepoTags"]?.stringList ?? []).allSatisfy { $0 == "<none>:<none>" } }
        return unnamed.compactMap { $0["Id"]?.stringValue }
    }

    private func remove(_ name: String, _ state: Value, _ operation: ProviderOperation) async throws {
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
        guard let block = planned.blocks("build").first, let filter = DockerLabels.filter(operation) else { return nil }
        let labels = ImageBuild.labels(block, operation)
        // The engine adds labels one after another, with an image for each: only the last has all of them.
        func isWhole(_ image: JSONValue) -> Bool {
            let found = image["Labels"]?.strings ?? [:]
            return labels.allSatisfy { found[$0.key] == $0.value }
        }
        // Without those that others are made of, unless they have a name.
        func look() async throws -> [JSONValue] {
            try await backend.ask("look for the image of \(operation.address)") { try await $0.images(filters: filter) }
        }
        func ids(_ images: [JSONValue]) -> Set<String> { Set(images.compactMap { $0["Id"]?.stringValue }) }
        var images = try await operation.outcome({ $0.contains(where: isWhole) }, { try await look() })
        // As long as labels come, the engine is at work: a part that it goes on with is not what will be there.
        var isMoving = operation.unsettledUntil != nil && !images.isEmpty
        while isMoving, !images.contains(where: isWhole) {
            try await Task.sleep(for: .milliseconds(500))  // engines do not tell when they are done
            let next = try await look()
            isMoving = ids(next) != ids(images)
            images = next
        }
        // A part of a build that was cut off is removed as the whole would be.
        guard let id = (images.first(where: isWhole) ?? images.first)?["Id"]?.stringValue else { return nil }
        return try await backend.find("read the image \(id.goQuoted)") { try await $0.image(id) }.map { state(planned, $0) }
    }
}
