import DockerEngine
import HCL
import JSON
import ProviderKit

extension DockerOperations {
    /// Every container, network, volume and image that carries all of these labels, in the order of ``DockerObject/Kind``.
    ///
    /// A container that somebody made by hand of an image of ours has the image's labels, but is not ours, and not listed.
    package func inventory(labels: [String: String]) async throws -> [DockerObject] {
        guard !labels.isEmpty else { throw ProviderError("No labels", "An inventory without labels would list what is not Berth's.") }
        let filter = ["label": labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }]
        var result: [DockerObject] = []
        for kind in DockerObject.Kind.allCases { result += try await list(kind, filter) }
        // An image of ours need not have all of these labels to hand down those of a container.
        let images = try await list(.image, ["label": [DockerLabels.operation]])
        let inherited = Dictionary(images.map { ($0.id, $0.labels) }) { first, _ in first }
        return result.filter { object in
            object.kind != .container || !DockerLabels.isInherited(object.labels, from: object.imageID.flatMap { inherited[$0] })
        }
    }

    /// What the engine has of a kind.
    func list(_ kind: DockerObject.Kind, _ filters: [String: [String]] = [:]) async throws -> [DockerObject] {
        let entries = try await backend.ask("list the \(kind.rawValue)s") { client in
            switch kind {
            case .container: try await client.containers(filters: filters)
            case .network: try await client.networks(filters: filters)
            case .volume: try await client.volumes(filters: filters)
            case .image: try await client.images(filters: filters)
            }
        }
        return entries.map { DockerObject(kind, $0) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}
