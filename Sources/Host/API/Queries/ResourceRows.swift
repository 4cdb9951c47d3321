import APITypes
import JSON
import Postgres
import Scalars

/// What jobs have made, with agents and apps: three statements for any number of jobs.
enum ResourceRows {
    /// By job.
    static func load(jobs: [UUID], _ database: some Database) async throws -> [UUID: [WorkspaceResource]] {
        guard !jobs.isEmpty else { return [:] }
        let apps = try await self.apps(jobs, database)
        let agents = try await self.agents(jobs, apps, database)
        var result: [UUID: [WorkspaceResource]] = [:]
        for row in try await database.query(
            """
            select r.id, r.created_at, r.job_id, r.transition, r.type, r.name, r.hide, r.icon, r.daily_cost, r.metadata from workspace_resources r
            where r.job_id = any(\(jobs)) order by r.address
            """)
        {
            let (id, job): (UUID, UUID) = (try row["id"], try row["job_id"])
            let metadata: JSONValue = try row["metadata"]
            result[job, default: []].append(
                WorkspaceResource(
                    id: id, createdAt: try row["created_at"], jobID: job,
                    workspaceTransition: WorkspaceTransition(rawValue: try row["transition"]) ?? .start, type: try row["type"],
                    name: try row["name"],
                    hide: try row["hide"], icon: try row["icon"], agents: agents[id] ?? [], metadata: shown(metadata),
                    dailyCost: try row["daily_cost"]))
        }
        return result
    }

    /// A secret is named, not told.
    private static func shown(_ metadata: JSONValue) -> [WorkspaceResourceMetadata] {
        (metadata.arrayValue ?? []).map { item in
            let isSecret = item["sensitive"]?.boolValue ?? false
            return WorkspaceResourceMetadata(
                key: item["key"]?.stringValue ?? "", value: isSecret ? "" : item["value"]?.stringValue ?? "", sensitive: isSecret)
        }
    }

    private static func agents(_ jobs: [UUID], _ apps: [UUID: [WorkspaceApp]], _ database: some Database) async throws -> [UUID:
        [WorkspaceAgent]]
    {
        var result: [UUID: [WorkspaceAgent]] = [:]
        for row in try await database.query(
            """
            select a.*, now() as time from workspace_agents a join workspace_resources r on r.id = a.resource_id where r.job_id = any(\(jobs))
            order by a.display_order, a.name
            """)
        {
            let agent = try agent(row, apps)
            result[agent.resourceID, default: []].append(agent)
        }
        return result
    }

    private static func agent(_ row: Row, _ apps: [UUID: [WorkspaceApp]]) throws -> WorkspaceAgent {
        let (id, created, now): (UUID, Timestamp, Timestamp) = (try row["id"], try row["created_at"], try row["time"])
        let (first, last, gone): (Timestamp?, Timestamp?, Timestamp?) = (
            try row["first_connected_at"], try row["last_connected_at"], try row["disconnected_at"]
        )
        let timeout: Int = try row["connection_timeout_seconds"]
        let status: AgentStatus
        if first == nil {
            status = timeout > 0 && now - created > .seconds(timeout) ? .timeout : .connecting
        } else if let gone, gone >= last ?? gone {
            status = .disconnected
        } else {
            status = .connected
        }
        let lifecycle: String = try row["lifecycle_state"]
        let environment: JSONValue = try row["environment"]
        let variables = (environment.arrayValue ?? []).compactMap { item -> (String, String)? in
            item["name"]?.stringValue.map { ($0, item["value"]?.stringValue ?? "") }
        }
        return WorkspaceAgent(
            id: id, parentID: try row["parent_id"], createdAt: created, updatedAt: try row["updated_at"], firstConnectedAt: first,
            lastConnectedAt: last, disconnectedAt: gone, startedAt: try row["started_at"], readyAt: try row["ready_at"], status: status,
            lifecycleState: lifecycle, name: try row["name"], resourceID: try row["resource_id"], instanceID: try row["instance_id"],
            architecture: try row["architecture"], operatingSystem: try row["operating_system"],
            environmentVariables: Dictionary(variables) { $1 }, directory: try row["directory"],
            expandedDirectory: try row["expanded_directory"],
            version: try row["version"], apiVersion: try row["api_version"], apps: apps[id] ?? [], connectionTimeoutSeconds: timeout,
            troubleshootingURL: try row["troubleshooting_url"], subsystems: try row["subsystems"], health: health(status, lifecycle),
            displayApps: try row["display_apps"], logSources: [], scripts: [], startupScriptBehavior: try row["startup_script_behavior"],
            logsLength: try row["logs_length"], logsOverflowed: try row["logs_overflowed"])
    }

    private static func health(_ status: AgentStatus, _ lifecycle: String) -> AgentHealth {
        switch (status, lifecycle) {
        case (.timeout, _): AgentHealth(healthy: false, reason: "agent is taking too long to connect")
        case (.disconnected, _): AgentHealth(healthy: false, reason: "agent has lost connection")
        case (_, "start_error"): AgentHealth(healthy: false, reason: "agent startup script exited with an error")
        case (_, "start_timeout"): AgentHealth(healthy: false, reason: "agent startup script is taking too long")
        case (.connecting, _): AgentHealth(healthy: false, reason: "agent has not yet connected")
        default: AgentHealth(healthy: true)
        }
    }

    private static func apps(_ jobs: [UUID], _ database: some Database) async throws -> [UUID: [WorkspaceApp]] {
        var result: [UUID: [WorkspaceApp]] = [:]
        for row in try await database.query(
            """
            select p.* from workspace_apps p join workspace_agents a on a.id = p.agent_id join workspace_resources r on r.id = a.resource_id
            where r.job_id = any(\(jobs)) order by p.display_order, p.slug
            """)
        {
            let (url, command): (String, String) = (try row["url"], try row["command"])
            result[try row["agent_id"], default: []].append(
                WorkspaceApp(
                    id: try row["id"], url: url.isEmpty ? nil : url, external: try row["external"], slug: try row["slug"],
                    displayName: try row["display_name"], command: command.isEmpty ? nil : command, icon: try row["icon"],
                    subdomain: try row["subdomain"], sharingLevel: try row["sharing"], health: try row["health"],
                    group: try row["display_group"],
                    hidden: try row["hidden"], openIn: try row["open_in"], tooltip: try row["tooltip"], statuses: []))
        }
        return result
    }
}
