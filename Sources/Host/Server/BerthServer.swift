import AgentProtocol
import Glibc
import HostAPI
import HostAccess
import HostAgents
import HostBuilds
package import HostConfiguration
import HostStore
import JSON
package import Logging
import PluginLoading
import PluginSupervision
import Postgres
import Scalars

/// A server: database, jobs, agents and the API, put together.
package struct BerthServer: Sendable {
    private let settings: ServerSettings
    private let logger: Logger

    package init(_ settings: ServerSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Where a server that listens can be reached.
    package struct Listening: Sendable {
        package var accessURL: String
        /// Whether nobody has signed up yet.
        package var isNew: Bool
    }

    /// Runs until the task is cancelled; then jobs are cancelled and ended, agents are sent away, and the database is stopped.
    ///
    /// - Throws: ``ServerStartError`` and others if it cannot start, or cannot go on.
    package func run(onListening: @escaping @Sendable (Listening) -> Void = { _ in }) async throws {
        let directories = try ServerDirectories(settings)
        let hostDirectory = try HostDirectory(directories.plugins)
        try await withDatabase(directories) { address in
            let connection = ConnectionSettings(address)
            _ = try await Migrator(steps: Schema.steps).migrate(connection, logger: logger)
            var poolSettings = PoolSettings(connection)
            poolSettings.connectionCountMax = settings.integer("postgres-connections")
            let pool = ConnectionPool(poolSettings, logger: logger)
            defer { pool.close() }
            try await serve(pool, connection, directories, hostDirectory, onListening)
        }
    }

    private func withDatabase(_ directories: ServerDirectories, _ body: (DatabaseAddress) async throws -> Void) async throws {
        if let text = settings.optionalText("postgres-url") { return try await body(try DatabaseAddress(text)) }
        let own = try await ManagedPostgres.start(ManagedPostgresSettings(directory: directories.postgres), logger: logger)
        do {
            try await body(own.address)
        } catch {
            await Task { await own.stop() }.value
            throw error
        }
        await Task { await own.stop() }.value
    }

    private func serve(
        _ pool: ConnectionPool, _ connection: ConnectionSettings, _ directories: ServerDirectories, _ hostDirectory: HostDirectory,
        _ onListening: @escaping @Sendable (Listening) -> Void
    ) async throws {
        let store = Store(pool)
        let deployment = try await self.deployment(pool)
        let accessURL = self.accessURL
        let hub = NotificationHub(connection, logger: logger)
        defer { hub.close() }
        let plugins = ServerPlugins(
            searchPath: PluginCatalog.defaultSearchPath(configured: settings.list("plugin-path")),
            configurations: try pluginConfigurations(),
            directory: hostDirectory, logger: logger)
        let files = AgentFiles(directory: agentDirectory)
        let builds = buildSettings(accessURL, directories, files)
        let buildServer = BuildServer(builds, pool: pool, hub: hub, shelf: plugins, logger: logger)
        let agents = AgentHub(
            store, site: AgentSite(accessURL: accessURL, wildcardHost: settings.text("wildcard-access-url")), serverID: builds.serverID,
            logger: logger)
        let configuration = APIServerConfiguration(
            listeners: try listeners(), accessURL: accessURL, version: hostVersion, deploymentID: deployment.description)
        let services = Services(store: store, builds: ServerQueue(), configuration: configuration)
        let api = try APIServer(
            configuration,
            routes: services.routes + AgentRoutes(hub: agents, files: files).routes + ConnectionRoutes(hub: agents, store: store).routes,
            authenticator: StoreAuthenticator(store), logger: logger)
        let isNew: Bool = try await pool.value("select not exists (select from users)")
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await buildServer.run() } catch {
                    logger.critical("this server takes no jobs", metadata: ["server.error": "\(error)"])
                }
            }
            group.addTask { await agents.run() }
            group.addTask { await Self.sendReplacedAway(hub, agents, logger) }
            group.addTask {
                await withTaskCancellationHandler {
                    do {
                        try await api.run { _ in onListening(Listening(accessURL: accessURL, isNew: isNew)) }
                    } catch {
                        logger.critical("the server cannot listen", metadata: ["server.error": "\(error)"])
                    }
                } onCancel: {
                    api.shutDown()
                }
            }
            // None of them ends by itself: the first that does ends the others.
            await group.next()
            group.cancelAll()
        }
        await plugins.close()
        try Task.checkCancellation()
        throw ServerStartError("the server has ended", "its log says why")
    }

    /// An agent whose workspace was built anew has to come again, as the agent of the new build.
    private static func sendReplacedAway(_ hub: NotificationHub, _ agents: AgentHub, _ logger: Logger) async {
        for await event in hub.subscribe(Schema.Channel.workspaceChanged.rawValue) {
            guard case .payload(let text) = event, let workspace = UUID(text) else { continue }
            do { try await agents.disconnectReplaced(in: workspace) } catch {
                logger.debug(
                    "agents of a workspace were not looked at", metadata: ["workspace.id": "\(workspace)", "database.error": "\(error)"])
            }
        }
    }

    // MARK: - Settings

    private func deployment(_ pool: ConnectionPool) async throws -> UUID {
        try await pool.execute("insert into deployment (id) values (\(UUID.random())) on conflict (only_one) do nothing")
        return try await pool.value("select id from deployment")
    }

    private var accessURL: String {
        if let text = settings.optionalText("access-url") {
            var url = text[...]
            while url.last == "/" { url.removeLast() }
            return String(url)
        }
        let port = settings.text("http-address").split(separator: ":").last ?? "3000"
        return "http://localhost:\(port)"
    }

    private func listeners() throws -> [APIServerConfiguration.Listener] {
        var listeners: [APIServerConfiguration.Listener] = []
        if let address = settings.optionalText("http-address") { listeners.append(Self.listener(address)) }
        if settings.boolean("tls-enable") == true {
            guard let chain = settings.optionalText("tls-cert-file"), let key = settings.optionalText("tls-key-file") else {
                throw ServerStartError("--tls-enable needs a certificate", "give --tls-cert-file and --tls-key-file")
            }
            var listener = Self.listener(settings.text("tls-address"))
            listener.certificate = (chain, key)
            listeners.append(listener)
        }
        if listeners.isEmpty { throw ServerStartError("the server would listen nowhere", "set --http-address, or --tls-enable") }
        return listeners
    }

    /// The setting was checked: there is a colon, and a port after it.
    private static func listener(_ address: String) -> APIServerConfiguration.Listener {
        let colon = address.lastIndex(of: ":") ?? address.startIndex
        var host = address[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let port = Int(address[colon...].dropFirst()) ?? 0
        return APIServerConfiguration.Listener(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }

    private var agentDirectory: String {
        settings.optionalText("agent-dir") ?? ExecutablePath.directory(of: ExecutablePath.current ?? "/") + "/agent"
    }

    private func buildSettings(_ accessURL: String, _ directories: ServerDirectories, _ files: AgentFiles) -> BuildSettings {
        var builds = BuildSettings(workDirectory: directories.builds)
        builds.version = hostVersion
        builds.accessURL = accessURL
        builds.jobCountMax = settings.integer("provisioner-daemons")
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) == 0 {
            builds.hostname = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        builds.agentDelivery = [
            "executables": .array(
                files.files.map { ["os": "linux", "arch": .string($0.arch), "path": .string($0.path), "sha256": .string($0.sha256)] }),
            "scripts": .object(
                Dictionary(uniqueKeysWithValues: ["amd64", "arm64"].map { ("linux_\($0)", .string(AgentBootstrap.script(arch: $0))) })),
        ]
        return builds
    }

    private func pluginConfigurations() throws -> [String: JSONValue] {
        guard let path = settings.optionalText("plugin-config") else { return [:] }
        do {
            let document = try JSONValue(parsing: String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self))
            guard let members = document.objectValue else {
                throw ServerStartError("\(path) is \(document.typeName), not an object", "it has a member for each plugin")
            }
            return members
        } catch let error as ServerStartError {
            throw error
        } catch {
            throw ServerStartError("the configuration of the plugins cannot be read: \(error)", "see --plugin-config")
        }
    }
}
