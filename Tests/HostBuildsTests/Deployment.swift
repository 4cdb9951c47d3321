import Glibc
import HostBuilds
import HostStore
import JSON
import Logging
import PluginLoading
import PluginSupervision
import Postgres
import PostgresTestSupport
import Scalars
import TemplateModules
import TestSupport
import Testing

/// A deployment with one user, and a pretended cloud.
struct Deployment: Sendable {
    let pool: ConnectionPool
    let hub: NotificationHub
    let fixture: Fixture
    let user = UUID.random()
    let organization = UUID.random()

    init(_ fixture: Fixture) async throws {
        self.fixture = fixture
        pool = try await TestCluster.shared.pool(connectionCountMax: 12, template: "schema") { settings in
            try await Migrator(steps: Schema.steps).migrate(settings, logger: quietLogger)
        }
        hub = NotificationHub(pool.settings.connection, logger: quietLogger)
        await fixture.atEnd { [pool, hub] in
            hub.close()
            pool.close()
        }
        try await pool.query("insert into deployment (id) values (\(UUID.random()))")
        try await pool.query("insert into users (id, username, email, login_type) values (\(user), 'ada', 'ada@example.org', 'none')")
        try await pool.query("insert into organizations (id, name, is_default) values (\(organization), 'default', true)")
        try await pool.query("insert into organization_members (organization_id, user_id) values (\(organization), \(user))")
    }

    func configuration(latencyMilliseconds: Int = 0) -> JSONValue {
        ["backend": .string(fixture.directory + "/cloud.json"), "latency_ms": JSONValue(latencyMilliseconds), "seed": JSONValue(latencyMilliseconds)]
    }

    /// What is in the cloud, by name.
    func cloud() async throws -> [String] {
        let plugin = try await fixture.supervised(
            try Package.plugin("sim"), configuration: configuration(),
            settings: WorkerSettings(
                executable: Package.products + "/berth-plugin-worker", directory: try HostDirectory(fixture.directory + "/look-\(UUID.random())")))
        let report = try await plugin.run(JobRequest(.inventory), options: JobOptions(), observer: RecordingObserver())
        return report.graph.nodes.map(\.name).sorted()
    }

    // MARK: - Servers

    /// A server in this process, ended with the fixture.
    @discardableResult
    func startServer(
        _ name: String = "one", latencyMilliseconds: Int = 0, _ change: (inout BuildSettings) -> Void = { _ in }
    ) async throws -> (id: UUID, stop: @Sendable () async -> Void) {
        let directory = fixture.directory + "/" + name
        let plugin = try await SupervisedPlugin.make(
            try Package.plugin("sim"), configuration: configuration(latencyMilliseconds: latencyMilliseconds),
            settings: WorkerSettings(executable: Package.products + "/berth-plugin-worker", directory: try HostDirectory(directory + "/host")),
            logger: quietLogger)
        var settings = BuildSettings(workDirectory: directory + "/work")
        settings.pollInterval = .milliseconds(200)
        change(&settings)
        let server = BuildServer(settings, pool: pool, hub: hub, shelf: SimShelf(plugin: plugin), logger: quietLogger)
        let task = Task { try await server.run() }
        let stop: @Sendable () async -> Void = {
            task.cancel()
            _ = await task.result
            await plugin.close()
        }
        await fixture.atEnd(stop)
        return (settings.serverID, stop)
    }

    // MARK: - What users do

    /// Imports a template of the plugin `sim`; its job.
    func importVersion(_ template: String = Self.template) async throws -> (version: UUID, job: UUID) {
        let (version, file) = (UUID.random(), UUID.random())
        let archive = try TemplateArchive([TemplateArchive.Entry("sim.json", .file(Array(template.utf8)))]).tar()
        return try await pool.withTransaction { transaction in
            try await transaction.query(
                """
                insert into files (id, hash, created_by, media_type, data)
                values (\(file), sha256(\(Bytes(file.bytes))), \(user), 'application/x-tar', \(Bytes(archive)))
                """)
            let job = try await JobQueue.enqueueImport(
                version: version, organization: organization, initiator: user, file: file, in: transaction)
            try await transaction.query(
                """
                insert into template_versions (id, organization_id, name, job_id, created_by)
                values (\(version), \(organization), \(version.description), \(job), \(user))
                """)
            return (version, job)
        }
    }

    /// A template whose version is imported.
    func template(_ text: String = Self.template) async throws -> (template: UUID, version: UUID) {
        let (version, job) = try await importVersion(text)
        try await #require(end(of: job).state == .succeeded)
        let template = UUID.random()
        try await pool.withTransaction { transaction in
            try await transaction.query(
                """
                insert into templates (id, organization_id, name, active_version_id, created_by)
                values (\(template), \(organization), \(template.description), \(version), \(user))
                """)
            try await transaction.query("update template_versions set template_id = \(template) where id = \(version)")
        }
        return (template, version)
    }

    func workspace(_ template: UUID, _ name: String) async throws -> UUID {
        let id = UUID.random()
        try await pool.query(
            """
            insert into workspaces (id, organization_id, owner_id, template_id, name, ssh_host_seed)
            values (\(id), \(organization), \(user), \(template), \(name), \(Bytes(id.bytes)))
            """)
        return id
    }

    func build(
        _ workspace: UUID, _ version: UUID, _ transition: Transition, _ change: @Sendable (inout JobQueue.NewBuild) -> Void = { _ in }
    ) async throws -> JobQueue.Queued {
        var build = JobQueue.NewBuild(workspace: workspace, version: version, transition: transition, initiator: user)
        change(&build)
        return try await pool.withTransaction { [build] in try await JobQueue.enqueue(build, in: $0) }
    }

    /// Waits until a job is over.
    func end(of job: UUID, within limit: Duration = .seconds(90)) async throws -> JobStatus {
        try await eventually(within: limit, "job \(job) ends") {
            try await pool.value("select completed_at is not null from provisioner_jobs where id = \(job)")
        }
        return try await JobStatus.read(job, pool)
    }

    static let template = """
        {"resources": [{"name": "home", "kind": "disk", "attributes": {"size": 10}}, {"name": "dev", "kind": "machine", "depends_on": ["home"]}],
         "agent": {"on": "dev"}, "log_lines": 20}
        """
}

/// Has one plugin, for everything.
struct SimShelf: PluginShelf {
    let plugin: SupervisedPlugin

    func plugin(_ name: String) async throws -> any PluginInstance { plugin }
    func choose(directory: String, tags: [String: String]) async throws -> String { "sim" }
}
