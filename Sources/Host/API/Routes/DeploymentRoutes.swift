import APITypes
import HTTPTypes
import HostAccess
import HostStore
import JSON
import Postgres
import Scalars

/// The deployment: its jobs, its servers, its numbers.
struct DeploymentRoutes: Sendable {
    let services: Services
    private let inOrganization = "/api/v2/organizations/{organization}"
    private var pool: ConnectionPool { services.store.pool }

    init(services: Services) { self.services = services }

    var routes: [Route] {
        [
            .get(
                "\(inOrganization)/provisionerjobs", "Organizations", "Jobs", .may(.read, .provisionerJobs),
                query: [.init("limit", "integer"), .init("status")]
            ) { scope in try await jobs(scope) },
            .get("\(inOrganization)/provisionerjobs/{job}", "Organizations", "A job", .may(.read, .provisionerJobs)) { scope in
                let organization = try await OrganizationRoutes.named(scope, pool)
                let id = try scope.uuid("job")
                guard let job = try await find("j.id = \(id) and j.organization_id = \(organization.id)", limit: 1).first else {
                    scope.checked()
                    throw APIError.notFound
                }
                try scope.require(.read, Object(.provisionerJobs, organization: organization.id, owner: job.initiatorID))
                return job
            },
            .get("\(inOrganization)/provisionerdaemons", "Provisioning", "Servers that run jobs", .may(.read, .provisionerDaemon)) {
                scope in
                let organization = try await OrganizationRoutes.named(scope, pool)
                try scope.require(.read, Object(.provisionerDaemon, organization: organization.id))
                return try await daemons(organization.id)
            },
            .get("/api/v2/deployment/stats", "General", "Numbers of the deployment", .may(.read, .deploymentStats)) { scope in
                try scope.require(.read, Object(.deploymentStats))
                return try await stats()
            },
            .get("/api/v2/deployment/ssh", "General", "How SSH is set up for workspaces", .signedIn) { _ in
                SSHConfigResponse(hostnamePrefix: "coder.", hostnameSuffix: "coder", sshConfigOptions: [:])
            },
            .get("/api/v2/debug/health", "Debug", "Whether all is well", .may(.read, .debugInfo)) { scope in
                try scope.require(.read, Object(.debugInfo))
                return await health()
            },
            .get("/api/v2/experiments", "General", "Experiments that are on: none", .signedIn) { _ in [String]() },
            .get("/api/v2/experiments/available", "General", "Experiments that there are: none", .signedIn) { _ in
                AvailableExperiments(safe: [])
            },
        ]
    }

    private func jobs(_ scope: RequestScope) async throws -> [ProvisionerJob] {
        let organization = try await OrganizationRoutes.named(scope, pool)
        let limit = try scope.query.integer("limit", 0...1000) ?? 50
        var wanted: Set<JobState>?
        if let text = scope.query.text("status") {
            wanted = try Set(
                text.split(separator: ",").map { word throws(APIError) in
                    guard let state = JobState(rawValue: String(word)) else {
                        throw .invalid("status", "has an unknown status \"\(word.prefix(32))\"")
                    }
                    return state
                })
        }
        let all = try await find("j.organization_id = \(organization.id)", limit: wanted == nil ? limit : 1000)
        let visible = try scope.visible(all) { Object(.provisionerJobs, organization: organization.id, owner: $0.initiatorID) }
        return Array(visible.filter { wanted?.contains($0.status) ?? true }.prefix(limit))
    }

    private func find(_ condition: SQL, limit: Int) async throws -> [ProvisionerJob] {
        try await pool.query(
            "select \(JobRow.columns) from provisioner_jobs j where \(condition) order by j.created_at desc, j.id desc limit \(limit)"
        )
        .map { try JobRow.read($0) }
    }

    private func daemons(_ organization: UUID) async throws -> [ProvisionerDaemon] {
        try await pool.query(
            """
            select s.id, s.hostname, s.version, s.tags, s.started_at, s.seen_at, s.seen_at > now() - interval '1 minute' as is_there,
                exists (select from provisioner_jobs j where j.server_id = s.id and j.completed_at is null) as is_busy
            from servers s order by s.hostname, s.id limit 1000
            """
        ).map { row in
            let tags: JSONValue = try row["tags"]
            let (isThere, isBusy): (Bool, Bool) = (try row["is_there"], try row["is_busy"])
            return ProvisionerDaemon(
                id: try row["id"], organizationID: organization, createdAt: try row["started_at"], lastSeenAt: try row["seen_at"],
                name: try row["hostname"], version: try row["version"], apiVersion: "1.0", provisioners: ["terraform"],
                tags: (tags.objectValue ?? [:]).compactMapValues(\.stringValue), status: !isThere ? .offline : isBusy ? .busy : .idle)
        }
    }

    private func stats() async throws -> DeploymentStats {
        let now = Timestamp.now()
        func count(_ condition: SQL) async throws -> Int {
            try await pool.value("select count(*) from \(WorkspaceRows.tables) where not w.deleted and \(condition)")
        }
        let ended: SQL = "j.completed_at is not null and j.error is null and j.canceled_at is null"
        let workspaces = WorkspaceStats(
            pending: try await count("j.started_at is null and j.completed_at is null"),
            building: try await count("j.started_at is not null and j.completed_at is null"),
            running: try await count(ended + " and b.transition = 'start'"),
            failed: try await count("j.completed_at is not null and j.error is not null"),
            stopped: try await count(ended + " and b.transition = 'stop'"))
        return DeploymentStats(aggregatedFrom: now, collectedAt: now, nextUpdateAt: now, workspaces: workspaces)
    }

    private func health() async -> HealthReport {
        var problem: String?
        let start = ContinuousClock.now
        do {
            try await pool.query("select 1")
        } catch {
            problem = "\(error)"
        }
        let milliseconds = (ContinuousClock.now - start).wholeMilliseconds
        let database = DatabaseHealth(
            healthy: problem == nil, reachable: problem == nil, severity: problem == nil ? "ok" : "error", latencyMs: milliseconds,
            error: problem)
        return HealthReport(
            time: .now(), healthy: database.healthy, severity: database.severity, database: database,
            coderVersion: services.configuration.version)
    }
}

/// How SSH is set up for workspaces.
struct SSHConfigResponse: Codable, Sendable {
    var hostnamePrefix: String
    var hostnameSuffix: String
    var sshConfigOptions: [String: String]
}

/// Experiments that may be switched on.
struct AvailableExperiments: Codable, Sendable {
    var safe: [String]
}

/// Numbers of the deployment.
struct DeploymentStats: Codable, Sendable {
    var aggregatedFrom: Timestamp
    var collectedAt: Timestamp
    var nextUpdateAt: Timestamp
    var workspaces: WorkspaceStats
}

/// How many workspaces are where.
struct WorkspaceStats: Codable, Sendable {
    var pending: Int
    var building: Int
    var running: Int
    var failed: Int
    var stopped: Int
}

/// Whether all is well.
struct HealthReport: Codable, Sendable {
    var time: Timestamp
    var healthy: Bool
    var severity: String
    var database: DatabaseHealth
    var coderVersion: String
}

/// Whether the database is well.
struct DatabaseHealth: Codable, Sendable {
    var healthy: Bool
    var reachable: Bool
    var severity: String
    var latencyMs: Int64
    var error: String?
}
