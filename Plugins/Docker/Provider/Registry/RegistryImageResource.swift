import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_registry_image`: an image in a registry, sent there by the engine. The registry is told to remove it by this machine.
struct RegistryImageResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: [
                    "id": .identifier, "name": .fixed(.string, .required), "keep_remotely": .changeable(.bool, default: .false),
                    "insecure_skip_verify": .changeable(.bool, default: .false), "triggers": .fixed(.map(.string)),
                    "sha256_digest": .computed(.string),
                ], blocks: ["auth_config": RegistryAccess.block, "build": ImageBuild.schema, "timeouts": .timeouts]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings = configuration.blocks("build").flatMap(ImageBuild.validate)
        if let name = configuration.string("name"), ImageReference(name).map({ $0.digest != nil }) ?? true {
            findings.append(
                ProviderFinding(
                    .error, "Invalid name of an image", "\(name.goQuoted) is no name under which an image can be sent to a registry.",
                    at: .attribute("name")))
        }
        return findings
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let access = try RegistryAccess(planned, backend)
        return try await OperationTimeout.run(planned, "create") {
            for block in planned.blocks("build") {
                try await ImageBuild(backend: backend, operation: operation, block: block, name: access.name).run()
            }
            let transfer = ImageTransfer(operation: operation, title: "pushing \(access.name)", pace: backend.pace)
            let progress = try await transfer.run { progress in
                try await backend.ask("push the image \(access.name.goQuoted)", at: .attribute("name")) { client in
                    try await client.push(access.image, credentials: access.credentials) { progress.add($0) }
                }
            }
            var digest = progress.digest
            if digest == nil { digest = try await self.digest(access) }
            guard let digest else {
                throw ProviderError(
                    "The image is not in the registry", "The engine sent \(access.name.goQuoted), and the registry has no such image.",
                    at: .attribute("name"))
            }
            return schema.block.resolved(planned, ["id": .string(digest), "sha256_digest": .string(digest)])
        }
    }

    /// What the registry has under the name, as the engine is told; nil if it has nothing.
    private func digest(_ access: RegistryAccess) async throws -> String? {
        do {
            let answer = try await backend.client().distribution(access.name, credentials: access.credentials)
            return answer["Descriptor"]?["digest"]?.stringValue
        } catch let error as DockerError
            where error.isNotFound || ["manifest unknown", "name unknown"].contains(where: { error.message.contains($0) })
        {
            return nil
        } catch let error as DockerError {
            throw ProviderError(error, "ask the registry for \(access.name.goQuoted)", at: .attribute("name"))
        }
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let digest = try await digest(try RegistryAccess(state, backend)) else { return nil }
        return state.setting(["sha256_digest": .string(digest)])
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard state.bool("keep_remotely") != true, let digest = state.string("sha256_digest") else { return }
        let access = try RegistryAccess(state, backend)
        try await OperationTimeout.run(state, "delete") {
            do {
                try await access.client.deleteManifest(digest)
            } catch let error as RegistryError {
                if error.isNotFound { return }
                throw ProviderError(
                    "Unable to remove the image \(access.name.goQuoted) from its registry",
                    "\(error)\n\nSee that the credentials may delete, and that the registry allows it at all; or set keep_remotely = true.",
                    at: .attribute("keep_remotely"))
            }
        }
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        let access = try RegistryAccess(planned, backend)
        // A push that ended is known to the engine by the digest that the registry gave.
        let local = try await backend.find("read the image \(access.name.goQuoted)") { try await $0.image(access.name) }
        guard let digest = try await digest(access),
            local?["RepoDigests"]?.stringList.contains("\(access.image.repository)@\(digest)") == true
        else { return nil }
        return schema.block.resolved(planned, ["id": .string(digest), "sha256_digest": .string(digest)])
    }
}
