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
        let advice = EngineAdvice.on(error.message).map { "\n\n\($0)" } ?? ""
        self.init("Unable to \(what)", "\(error)\(advice)", at: path)
        isUnsettled = error.code == .interrupted
    }
}
