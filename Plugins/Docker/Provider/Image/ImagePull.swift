import DockerEngine
import HCL
import JSON
import ProviderKit

/// Getting an image that a template names.
struct ImagePull {
    let backend: DockerBackend
    let operation: ProviderOperation

    /// The image as the engine has it; pulled if it has none of the name, or only one of another platform.
    ///
    /// - Parameter always: whether it is pulled even so.
    func image(_ name: String, platform: String? = nil, always: Bool = false, at path: AttributePath) async throws -> JSONValue {
        if !always, let image = try await backend.find("read the image \(name.goQuoted)", at: path, { try await $0.image(name) }),
            Self.isOf(platform, image)
        {
            return image
        }
        if name.hasPrefix("sha256:") {
            throw ProviderError("Image not found", "The engine has no image with the identifier \(name.goQuoted).", at: path)
        }
        guard let reference = ImageReference(name) else {
            throw ProviderError("Invalid name of an image", "\(name.goQuoted) is no name of an image.", at: path)
        }
        try await pull(reference, platform: platform, at: path)
        return try await backend.ask("read the image \(name.goQuoted)", at: path) { try await $0.image(name) }
    }

    /// Whether an image is of a platform: `linux/arm64/v8`, `linux/arm64`, `linux`.
    static func isOf(_ platform: String?, _ image: JSONValue) -> Bool {
        let parts = (platform ?? "").lowercased().split(separator: "/").map(String.init)
        let known = [("Os", 0), ("Architecture", 1), ("Variant", 2)]
        return known.allSatisfy { member, place in
            guard parts.indices.contains(place), let actual = image[member]?.filled else { return true }
            return actual.lowercased() == Self.normal(parts[place])
        }
    }

    /// As engines write architectures.
    private static func normal(_ name: String) -> String {
        ["x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armhf": "arm", "i386": "386"][name] ?? name
    }

    private func pull(_ image: ImageReference, platform: String?, at path: AttributePath) async throws {
        let transfer = ImageTransfer(operation: operation, title: "pulling \(image)", pace: backend.pace)
        _ = try await transfer.run { progress in
            try await backend.ask("pull the image \(image.description.goQuoted)", at: path) { client in
                let credentials = backend.credentials(of: image)
                try await client.pull(image, platform: platform, credentials: credentials) { progress.add($0) }
            }
        }
    }
}
