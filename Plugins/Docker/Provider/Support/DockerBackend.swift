import DockerEngine
import JSON
import ProviderKit

/// What the resource types of a configured provider work with.
struct DockerBackend: Sendable {
    /// Nil before the provider is configured.
    private let configured: DockerClient?
    /// By ``RegistryCredentials/key(_:)``.
    let credentials: [String: RegistryCredentials]
    /// How often pulls and pushes say how far they are.
    var pace = ImageTransfer.Pace()

    init(client: DockerClient? = nil, credentials: [String: RegistryCredentials] = [:]) {
        configured = client
        self.credentials = credentials
    }

    /// What an image's registry is told, if the provider's configuration has something for it.
    func credentials(of image: ImageReference) -> RegistryCredentials? { credentials[RegistryCredentials.key(image.registry ?? "")] }

    func client() throws(ProviderError) -> DockerClient {
        guard let configured else { throw ProviderError("Provider not configured", "The docker provider was not configured.") }
        return configured
    }

    /// The answer to a request; an error of the engine as one of the provider.
    ///
    /// - Parameters:
    ///   - what: what is being done: `create the volume "a"`.
    ///   - path: the attribute that is most likely at fault.
    func ask<T>(_ what: String, at path: AttributePath? = nil, _ body: (DockerClient) async throws -> T) async throws -> T {
        do {
            return try await body(try client())
        } catch let error as DockerError {
            throw ProviderError(error, what, at: path)
        }
    }

    /// The same; nil if there is nothing of the name.
    func find<T>(_ what: String, at path: AttributePath? = nil, _ body: (DockerClient) async throws -> T) async throws -> T? {
        do {
            return try await body(try client())
        } catch let error as DockerError where error.isNotFound {
            return nil
        } catch let error as DockerError {
            throw ProviderError(error, what, at: path)
        }
    }
}

extension ProviderError {
    /// The engine's own words, and what was asked of it.
    init(_ error: DockerError, _ what: String, at path: AttributePath? = nil) {
        let advice = Self.advice(error.message).map { "\n\n\($0)" } ?? ""
        self.init("Unable to \(what)", "\(error)\(advice)", at: path)
    }

    private static func advice(_ words: String) -> String? {
        let known: [(String, String)] = [
            ("port is already allocated", "Choose another external port, or leave it out for one that is free."),
            ("address already in use", "Choose another external port, or leave it out for one that is free."),
            ("no space left on device", "The engine's disk is full: remove images, containers or volumes that nobody needs."),
            (
                "pull access denied",
                "See that the image's name is right, and that registry_auth of the provider has credentials for its registry."
            ),
            ("no basic auth credentials", "Give registry_auth of the provider credentials for the image's registry."),
            (
                "denied: requested access",
                "See that registry_auth of the provider has credentials that may do this in the image's registry."
            ),
            ("unauthorized", "See that registry_auth of the provider has credentials for the image's registry."),
            ("manifest unknown", "The registry has no such tag."),
            (
                "not a swarm manager",
                "Services, secrets and configs are kept by a swarm. Run \"docker swarm init\" on the engine's machine, or let host of the provider name a manager."
            ),
            ("is already in use by container", "A container that is not of this template has the name: choose another name, or remove it."),
            ("network with name", "A network that is not of this template has the name: choose another name, or remove it."),
            ("Pool overlaps", "Another network uses these addresses: choose another subnet."),
            (
                "non-overlapping IPv4",
                "The engine has no free addresses for one more network: give a subnet, or remove networks that nobody needs."
            ),
        ]
        return known.first { words.contains($0.0) }?.1
    }
}
