import DockerEngine
import HCL
import JSON
import ProviderKit

/// Getting an image that a template names.
struct ImagePull {
    let backend: DockerBackend
    let operation: ProviderOperation

    /// How often a pull says how far it is.
    static let interval = Duration.seconds(5)

    /// The image as the engine has it; pulled if it has none of the name.
    func image(_ name: String, platform: String? = nil, at path: AttributePath) async throws -> JSONValue {
        if let image = try await backend.find("read the image \(name.goQuoted)", at: path, { try await $0.image(name) }) { return image }
        if name.hasPrefix("sha256:") {
            throw ProviderError("Image not found", "The engine has no image with the identifier \(name.goQuoted).", at: path)
        }
        guard let reference = ImageReference(name) else {
            throw ProviderError("Invalid name of an image", "\(name.goQuoted) is no name of an image.", at: path)
        }
        try await pull(reference, platform: platform, at: path)
        return try await backend.ask("read the image \(name.goQuoted)", at: path) { try await $0.image(name) }
    }

    private func pull(_ image: ImageReference, platform: String?, at path: AttributePath) async throws {
        let progress = PullProgress()
        operation.log("pulling the image \(image)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.interval)
                    operation.log("pulling the image \(image): \(progress.line)")
                }
            }
            defer { group.cancelAll() }
            try await backend.ask("pull the image \(image.description.goQuoted)", at: path) { client in
                let credentials = backend.credentials[RegistryCredentials.key(image.registry ?? "")]
                try await client.pull(image, platform: platform, credentials: credentials) { progress.add($0) }
            }
        }
        operation.log("pulled the image \(image): \(progress.line)")
    }
}
