import DockerEngine
package import HCL
package import ProviderKit

/// The provider `kreuzwerker/docker`: containers, images, volumes and networks of a Docker Engine.
///
/// Its schemas are those of the published provider, of its versions 3 and 4.
package struct DockerProvider: Provider {
    package static let source = "kreuzwerker/docker"

    private let resources: [String: any ResourceType]
    private let dataSources: [String: any DataSource]

    private let defaults: DockerDefaults

    /// - Parameter defaults: what holds where a `provider` block says nothing.
    package init(defaults: DockerDefaults = DockerDefaults()) { self.init(DockerBackend(), defaults) }

    init(_ backend: DockerBackend, _ defaults: DockerDefaults = DockerDefaults()) {
        self.defaults = defaults
        resources = [
            "docker_config": SwarmFileResource(backend: backend, kind: .config),
            "docker_container": ContainerResource(backend: backend), "docker_image": ImageResource(backend: backend),
            "docker_network": NetworkResource(backend: backend),
            "docker_registry_image": RegistryImageResource(backend: backend),
            "docker_secret": SwarmFileResource(backend: backend, kind: .secret), "docker_service": ServiceResource(backend: backend),
            "docker_tag": TagResource(backend: backend), "docker_volume": VolumeResource(backend: backend),
        ]
        dataSources = [
            "docker_containers": ContainersSource(backend: backend), "docker_image": ImageSource(backend: backend),
            "docker_logs": LogsSource(backend: backend), "docker_network": NetworkSource(backend: backend),
            "docker_registry_image": RegistryImageSource(backend: backend),
            "docker_registry_image_manifests": RegistryManifestsSource(backend: backend),
            "docker_registry_image_tags": RegistryTagsSource(backend: backend),
        ]
    }

    package var schema: Schema { Schema(DockerConfiguration.block) }
    package var resourceTypeNames: [String] { resources.keys.sorted() }
    package var dataSourceNames: [String] { dataSources.keys.sorted() }
    package func resourceType(_ name: String) -> (any ResourceType)? { resources[name] }
    package func dataSource(_ name: String) -> (any DataSource)? { dataSources[name] }

    package func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider {
        let settings = DockerConfiguration(configuration: defaults.completing(configuration), environment: environment)
        return DockerProvider(DockerBackend(client: try await settings.client(), credentials: try await settings.credentials()))
    }
}
