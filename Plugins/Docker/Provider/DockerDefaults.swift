import HCL
import ProviderKit

/// What holds where a `provider "docker"` block says nothing.
package struct DockerDefaults: Sendable {
    /// Arguments of the block by name: `host`, `cert_path`, …
    private let texts: [String: String]
    /// Arguments of its `registry_auth` blocks.
    private let registries: [[String: String]]

    /// Variables of the environment that hold where neither block nor defaults say something.
    package static let variableNames: Set<String> = [
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_API_VERSION", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG",
        "DOCKER_CA_MATERIAL", "DOCKER_CERT_MATERIAL", "DOCKER_KEY_MATERIAL", "DOCKER_REGISTRY_USER", "DOCKER_REGISTRY_PASS",
    ]

    package init(texts: [String: String] = [:], registries: [[String: String]] = []) {
        self.texts = texts
        self.registries = registries
    }

    /// A block's configuration, completed.
    ///
    /// An address brings its certificates along: those of the defaults are for the defaults' engine alone.
    func completing(_ configuration: Value) -> Value {
        var added: [String: Value] = [:]
        if configuration[attribute: "host"].isNull {
            for (name, text) in texts where configuration[attribute: name].isNull { added[name] = .string(text) }
        }
        let given = Set(configuration.blocks("registry_auth").compactMap { $0.string("address") })
        let type = DockerConfiguration.block.blocks["registry_auth"]?.block.impliedType
        let further = registries.filter { !given.contains($0["address"] ?? "") }
        if let type, !further.isEmpty, configuration[attribute: "registry_auth"].isWhollyKnown {
            let blocks = further.map { type.nullAttributes.setting($0.mapValues { .string($0) }) }
            added["registry_auth"] = .set(configuration.blocks("registry_auth") + blocks, of: type)
        }
        return configuration.setting(added)
    }
}
