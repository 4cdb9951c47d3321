import APITypes
import HTTPTypes
import HostAPI
import HostAccess
import HostBuilds
import HostStore
import JSON
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import PostgresTestSupport
import Scalars

/// A server with a database of its own, without anybody who runs jobs: the tests say how each ends.
struct TestDeployment: Sendable {
    let pool: ConnectionPool
    let port: Int

    static let password = "correct horse battery"

    /// A client with the key of somebody; nil for nobody.
    func client(_ token: String? = nil) -> TestClient { TestClient(port: port, token: token) }

    /// The first user, signed in.
    func owner() async throws -> TestClient {
        try await client().data(
            .POST, "/api/v2/users/first",
            #"{"email": "ada@example.org", "username": "ada", "password": "\#(Self.password)", "trial": false}"#)
        return try await signedIn("ada@example.org")
    }

    func signedIn(_ email: String) async throws -> TestClient {
        let answer = try await client().send(
            .POST, "/api/v2/users/login", LoginWithPasswordRequest(email: email, password: Self.password),
            as: LoginWithPasswordResponse.self)
        return client(answer.sessionToken)
    }

    /// A member without roles, signed in.
    func member(_ name: String, by owner: TestClient) async throws -> TestClient {
        try await owner.data(
            .POST, "/api/v2/users", #"{"email": "\#(name)@example.org", "username": "\#(name)", "password": "\#(Self.password)"}"#)
        return try await signedIn("\(name)@example.org")
    }

    /// What a plugin would have left of an import.
    func finishImport(_ version: String, parameters: JSONValue = [:]) async throws {
        try await pool.execute("update template_versions set parameters = \(parameters), plugin = 'sim' where id = \(version)::uuid")
        try await pool.execute(
            """
            update provisioner_jobs set started_at = now(), completed_at = now()
            where id = (select job_id from template_versions where id = \(version)::uuid)
            """)
    }

    /// Every job that is not ended, ends so.
    func finishJobs(error: String? = nil) async throws {
        try await pool.execute(
            "update provisioner_jobs set started_at = coalesce(started_at, now()), completed_at = now(), error = \(error) where completed_at is null"
        )
    }

    static func run(_ body: @escaping @Sendable (TestDeployment) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let pool = try await TestCluster.shared.pool(template: "schema") { settings in
            _ = try await Migrator(steps: Schema.steps).migrate(settings, logger: logger)
        }
        defer { pool.close() }
        let configuration = APIServerConfiguration(
            listeners: [.init(host: "127.0.0.1", port: 0)], accessURL: "http://berth.test", version: "v0.0.0-test",
            deploymentID: "\(UUID.random())")
        let store = Store(pool)
        let services = Services(store: store, builds: TestQueue(), configuration: configuration, passwords: PasswordHasher(cost: 1))
        let server = try APIServer(configuration, routes: services.routes, authenticator: StoreAuthenticator(store), logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { address in port.yield(address.port ?? 0) } }
            group.addTask {
                defer { server.shutDown() }
                for await port in ports {
                    try await body(TestDeployment(pool: pool, port: port))
                    break
                }
            }
            try await group.waitForAll()
        }
    }
}

/// The queue of jobs, straight.
struct TestQueue: BuildQueue {
    func enqueue(_ build: NewBuild, in transaction: Transaction) async throws -> UUID {
        var wanted = JobQueue.NewBuild(
            workspace: build.workspace, version: build.version, transition: Transition(rawValue: build.transition) ?? .start,
            initiator: build.initiator)
        wanted.parameters = build.parameters
        do {
            return try await JobQueue.enqueue(wanted, in: transaction).id
        } catch let error as BuildError where error.code == .conflict {
            throw APIError(.conflict, error.message)
        }
    }

    func enqueueImport(
        version: UUID, organization: UUID, initiator: UUID, file: UUID, tags: [String: String], in transaction: Transaction
    ) async throws -> UUID {
        try await JobQueue.enqueueImport(
            version: version, organization: organization, initiator: initiator, file: file, tags: tags, in: transaction)
    }

    func cancel(_ job: UUID, in transaction: Transaction) async throws -> Bool { try await JobQueue.cancel(job, in: transaction) }
}
