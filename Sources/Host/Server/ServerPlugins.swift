import HostBuilds
package import JSON
package import Logging
package import PluginLoading
package import PluginSupervision
import TemplateConfiguration
import Threads

/// The plugins that a server finds, each loaded when it is first needed.
package actor ServerPlugins: PluginShelf {
    private let searchPath: [String]
    private let configurations: [String: JSONValue]
    private let directory: HostDirectory
    private let policy: PoolPolicy
    private let logger: Logger
    private var loading: [String: Task<SupervisedPlugin, any Error>] = [:]

    /// - Parameters:
    ///   - configurations: of plugins, by name; `{}` for those that are not in it.
    ///   - directory: of this process alone.
    package init(
        searchPath: [String], configurations: [String: JSONValue], directory: HostDirectory, policy: PoolPolicy = PoolPolicy(),
        logger: Logger
    ) {
        self.searchPath = searchPath
        self.configurations = configurations
        self.directory = directory
        self.policy = policy
        self.logger = logger
    }

    package func plugin(_ name: String) async throws -> any PluginInstance {
        if let task = loading[name] { return try await task.value }
        let manifest = try PluginCatalog(searchPath: searchPath).plugin(named: name)
        let settings = WorkerSettings(executable: try WorkerSettings.installedExecutable(), directory: directory)
        let (configuration, policy, logger) = (configurations[name] ?? [:], policy, logger)
        let task = Task {
            try await SupervisedPlugin.make(manifest, configuration: configuration, settings: settings, policy: policy, logger: logger)
        }
        loading[name] = task
        do {
            return try await task.value
        } catch {
            // What keeps it from being loaded may be mended before the next job.
            loading[name] = nil
            throw error
        }
    }

    /// Providers of which a plugin runs the resources itself, and that plugin.
    private static let native = [
        "kreuzwerker/docker": "docker", "telmate/proxmox": "proxmox", "bpg/proxmox": "proxmox",
    ]

    /// The tag `plugin` decides if there is one; else the providers that the template requires.
    package func choose(directory: String, tags: [String: String]) async throws -> String {
        if let name = tags["plugin"] { return name }
        let required = try await DeepStack.run {
            let (configuration, _) = ConfigurationLoader(allowedRoot: directory).load(directory)
            return Set(configuration.root.requiredProviders.values.map { $0.address.displayName.lowercased() })
        }
        let wanted = Set(required.compactMap { Self.native[$0] })
        if wanted.count == 1, let name = wanted.first, isInstalled(name) { return name }
        if isInstalled("terraform") { return "terraform" }
        if wanted.isEmpty, isInstalled("docker") { return "docker" }
        let missing = wanted.isEmpty ? "docker or terraform" : wanted.sorted().joined(separator: " and ")
        throw BuildError(
            .plugin,
            "no plugin of this server runs the template: it needs \(missing); `berth plugin list` shows what is installed, and the tag \"plugin\" names one"
        )
    }

    private func isInstalled(_ name: String) -> Bool {
        // Why it cannot be used is told when it is.
        (try? PluginCatalog(searchPath: searchPath).plugin(named: name)) != nil
    }

    /// Ends all workers.
    package func close() async {
        for task in loading.values {
            // One that could not be loaded has none.
            if let plugin = try? await task.value { await plugin.close() }
        }
        loading = [:]
    }
}
