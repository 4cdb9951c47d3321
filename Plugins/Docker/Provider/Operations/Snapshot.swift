import DockerEngine
import JSON
import ProviderKit

/// An image that is made of a container.
struct Snapshot {
    let client: DockerClient
    let container: ContainerFindings
    let name: ImageReference
    let message: String
    let pauses: Bool

    /// - Returns: the identifier of the image.
    func make() async throws -> String {
        let secrets = AgentDelivery.tokenVariables + [AgentDelivery.urlVariable]
        let emptied = container.environmentNames.filter(secrets.contains).map { "ENV \($0)=\"\"" }
        let labels =
            "LABEL \(DockerLabels.snapshot)=\"\(container.name)\" \(DockerLabels.operation)=\"snapshot \(container.id.prefix(12))\""
        let isSecret = !emptied.isEmpty
        let made = try await client.commit(
            container.id, repository: isSecret ? "" : name.repository, tag: isSecret ? "" : name.tag ?? "latest", comment: message,
            pauses: pauses, changes: emptied + [labels])
        guard let id = made["Id"]?.filled else {
            throw DockerError(.invalidAnswer, "the Docker Engine made an image without saying its identifier")
        }
        return isSecret ? try await rebuilt(id) : id
    }

    /// The same image once more. Engines before Docker 26 write the whole configuration of the container into what they make of
    /// it, with the variables that were emptied; an image that is built on that one has nothing of it.
    private func rebuilt(_ id: String) async throws -> String {
        var archive = TarArchive()
        archive.addFile("Dockerfile", Array("FROM \(id)\nLABEL \(DockerLabels.snapshot)=\"\(container.name)\"\n".utf8))
        do {
            let query = [("t", "\(name.repository):\(name.tag ?? "latest")"), ("rm", "1"), ("forcerm", "1"), ("nocache", "1")]
            guard let result = try await client.build(archive.finished(), query: query, { _ in }) else {
                throw DockerError(.invalidAnswer, "the Docker Engine built an image without saying its identifier")
            }
            return result
        } catch {
            let client = client
            // Also when this task is cancelled; nobody would find an image without a name.
            await Task {
                do {
                    try await client.removeImage(id)
                } catch {
                    // It carries our labels: an inventory lists it. What is thrown below is what matters.
                    return
                }
            }.value
            throw error
        }
    }
}
