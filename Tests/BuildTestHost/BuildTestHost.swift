import Glibc
import HostBuilds
import JSON
import Logging
import PluginLoading
import PluginSupervision
import Postgres

/// A server that runs builds with the plugin `sim` and nothing else, to be killed by tests.
///
/// usage: BuildTestHost DATABASE DIRECTORY MANIFEST CONFIGURATION WORKER LEASE-MILLISECONDS
@main
struct BuildTestHost {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 7, let lease = Int(words[6]) else { exit(64) }
        // What starts it ends it, also by being killed itself.
        let logger = Logger(label: "build-test-host") { _ in SwiftLogNoOpLogHandler() }
        let directory = try HostDirectory(words[2] + "/host")
        let worker = WorkerSettings(executable: words[5], directory: directory)
        let plugin = try await SupervisedPlugin.make(
            try PluginManifest(path: words[3]), configuration: try JSONValue(parsing: words[4]), settings: worker, logger: logger)
        let pool = ConnectionPool(PoolSettings(try DatabaseAddress(words[1])), logger: logger)
        let hub = NotificationHub(pool.settings.connection, logger: logger)
        var settings = BuildSettings(workDirectory: words[2] + "/work")
        settings.lease = .milliseconds(lease)
        settings.pollInterval = .milliseconds(200)
        try await BuildServer(settings, pool: pool, hub: hub, shelf: SimShelf(plugin: plugin), logger: logger).run()
    }
}

/// Has one plugin, for everything.
struct SimShelf: PluginShelf {
    let plugin: SupervisedPlugin

    func plugin(_ name: String) async throws -> any PluginInstance { plugin }
    func choose(directory: String, tags: [String: String]) async throws -> String { "sim" }
}
