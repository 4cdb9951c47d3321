package import DockerEngine
package import HCL
import JSON
package import ProviderKit

/// What can be done with a Docker Engine beside carrying out templates: looking at what is Berth's, and acting on it.
///
/// Everything ends with the task that asked. Errors name the object and hold the engine's own words.
package struct DockerOperations: Sendable {
    let backend: DockerBackend
    /// The labels that a container must carry to be acted on: those of the deployment, and of the workspace if there is one.
    let required: [String: String]

    /// - Parameter labels: of the deployment and, for actions on its containers, of the workspace, as
    ///   ``ProviderEnvironment/labels`` has them; those that change from build to build do not matter.
    package init(client: DockerClient, labels: [String: String]) {
        backend = DockerBackend(client: client)
        required = labels.filter { [DockerLabels.deployment, DockerLabels.workspace].contains($0.key) }
    }

    /// On the engine that a `provider "docker"` block names, with the environment's labels.
    ///
    /// - Parameters:
    ///   - configuration: the block as an object; null for one that says nothing.
    ///   - defaults: what holds where it says nothing.
    package init(configuration: Value, environment: ProviderEnvironment, defaults: DockerDefaults = DockerDefaults()) async throws {
        let block = configuration.isNull ? DockerConfiguration.block.impliedType.nullAttributes : configuration
        let settings = DockerConfiguration(configuration: defaults.completing(block), environment: environment)
        self.init(client: try await settings.client(), labels: environment.labels)
    }

    /// What the engine says of a container, if it is one of ours.
    ///
    /// - Parameter reference: a name, or the beginning of an identifier.
    func container(_ reference: String) async throws -> ContainerFindings {
        guard let deployment = required[DockerLabels.deployment], !deployment.isEmpty else {
            throw ProviderError("Unknown deployment", "Without the label of a deployment, no container can be told to be its own.")
        }
        let title = "read the container \(reference.goQuoted)"
        guard !reference.isEmpty, let inspection = try await backend.find(title, { try await $0.container(reference) }) else {
            throw ProviderError(
                "Container not found", "The engine has no container \(reference.goQuoted). Start the workspace, which makes a new one.")
        }
        let findings = ContainerFindings(inspection: inspection)
        let labels = findings.labels?.strings ?? [:]
        var isOurs = required.allSatisfy { labels[$0.key] == $0.value }
        if isOurs, let image = inspection["Image"]?.filled {
            let found = try await backend.find("read the image \(image.goQuoted)") { try await $0.image(image) }
            isOurs = !DockerLabels.isInherited(labels, from: found?["Config"]?["Labels"]?.strings)
        }
        guard isOurs else {
            throw ProviderError(
                "Not a container of this \(required.count > 1 ? "workspace" : "deployment")",
                "The container \(findings.name.goQuoted) does not carry its labels, and is left as it is.")
        }
        return findings
    }
}
