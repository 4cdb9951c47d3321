import DockerEngine
import HCL
import JSON
import ProviderKit

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
