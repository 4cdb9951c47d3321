import DockerEngine
import HCL
import ProviderKit

/// An image in a registry, and how to be known there: by its own `auth_config`, else by the provider's configuration.
struct RegistryAccess: Sendable {
    let name: String
    let image: ImageReference
    let credentials: RegistryCredentials?
    let client: RegistryClient

    static let block: NestedBlockSchema = {
        var password = AttributeSchema.changeable(.string)
        password.isSensitive = true
        return .part(
            .list, max: 1,
            ["address": .changeable(.string, .required), "username": .changeable(.string), "password": password])
    }()

    init(_ value: Value, _ backend: DockerBackend) throws(ProviderError) {
        name = value.string("name") ?? ""
        guard let image = ImageReference(name) else {
            throw ProviderError("Invalid name of an image", "\(name.goQuoted) is no name of an image.", at: .attribute("name"))
        }
        self.image = image
        credentials =
            value.blocks("auth_config").first.map { block in
                RegistryCredentials(
                    userName: block.string("username") ?? "", password: block.string("password") ?? "",
                    serverAddress: block.string("address") ?? "")
            } ?? backend.credentials(of: image)
        client = RegistryClient(of: image, credentials: credentials, verifies: value.bool("insecure_skip_verify") != true)
    }

    /// The answer of the registry; an error of it as one of the provider.
    func ask<T>(_ what: String, _ body: (RegistryClient) async throws -> T) async throws -> T {
        do {
            return try await body(client)
        } catch let error as RegistryError {
            throw ProviderError("Unable to \(what) of \(name.goQuoted)", "\(error)", at: .attribute("name"))
        }
    }
}
