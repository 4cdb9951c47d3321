import DockerEngine
import HCL
import JSON
import ProviderKit

extension DockerOperations {
    /// Ends a container and starts it again; one that does not run is started.
    ///
    /// - Parameter timeoutSeconds: how long it may take to end before it is killed; what the container says if nil.
    package func restart(_ container: String, timeoutSeconds: Int? = nil) async throws {
        let found = try await self.container(container)
        try await backend.ask("restart the container \(found.name.goQuoted)") { client in
            try await client.restartContainer(found.id, graceSeconds: timeoutSeconds.map { max(0, $0) })
        }
        try await Task.sleep(for: ContainerCreation.patience)
        let now = try await self.container(found.id)
        guard now.isRunning else {
            let output = ContainerOutput(backend: backend, id: found.id, isTerminal: found.hasTerminal)
            throw ProviderError(
                "The container \(found.name.goQuoted) ended at once",
                "After it was restarted it ended with exit code \(now.exitCode). \(await output.excerpt())")
        }
    }

    /// Makes an image of what a container has become, without what tells its agent who it is.
    ///
    /// What is in volumes is not part of it. The image carries the container's labels, so that it is found in an inventory.
    ///
    /// - Parameters:
    ///   - name: repository and tag. An image of this deployment that has the name loses it; that of somebody else is an error.
    ///   - pauses: whether the container stands still meanwhile, so that no file is half written.
    /// - Returns: the identifier of the image.
    package func commit(_ container: String, as name: String, message: String = "", pauses: Bool = true) async throws -> String {
        guard let reference = ImageReference(name), reference.digest == nil else {
            throw ProviderError("Invalid name of an image", "\(name.goQuoted) is no name for an image: write repository:tag.")
        }
        let found = try await self.container(container)
        try await refuseForeign(image: "\(reference.repository):\(reference.tag ?? "latest")")
        let title = "make the image \(reference.description.goQuoted) of the container \(found.name.goQuoted)"
        return try await backend.ask(title) { client in
            try await Snapshot(client: client, container: found, name: reference, message: message, pauses: pauses).make()
        }
    }

    private func refuseForeign(image: String) async throws {
        let found = try await backend.find("read the image \(image.goQuoted)") { try await $0.image(image) }
        guard let found else { return }
        let labels = found["Config"]?["Labels"]?.strings ?? [:]
        guard labels[DockerLabels.deployment] == required[DockerLabels.deployment] else {
            throw ProviderError(
                "The name of the image is taken",
                "An image \(image.goQuoted) exists that is not of this deployment. It was left as it is: choose another name.")
        }
    }

    /// What a container uses now. Takes a second or two, because the engine compares two readings.
    package func stats(_ container: String) async throws -> ContainerStatistics {
        let found = try await self.container(container)
        guard found.isRunning else { throw Self.notRunning(found, "it uses something") }
        let reading = try await backend.ask("measure the container \(found.name.goQuoted)") {
            try await $0.stats(found.id, isSingle: false)
        }
        return ContainerStatistics(reading)
    }
}
