import AgentProtocol
import HostStore
import JSON
import Postgres
import Scalars

extension Store {
    /// What an agent is to do.
    ///
    /// - Parameter site: what the server is called and how its ports are reached.
    func manifest(of agent: AgentIdentity, _ site: AgentSite) async throws -> AgentManifest? {
        let row = try await pool.first(
            """
            select a.directory, a.environment, a.display_apps, a.motd_file, w.ssh_host_seed
            from workspace_agents a join workspaces w on w.id = a.workspace_id where a.id = \(agent.id)
            """)
        guard let row else { return nil }
        var manifest = AgentManifest()
        manifest.agentID = agent.id.description
        manifest.agentName = agent.name
        manifest.workspaceID = agent.workspaceID.description
        manifest.workspaceName = agent.workspaceName
        manifest.ownerName = agent.ownerName
        manifest.directory = try row["directory"]
        let environment: JSONValue = try row["environment"]
        manifest.environment = try (environment.arrayValue ?? []).map { try AgentVariable(json: $0, at: "environment") }
        manifest.displayApps = try row["display_apps"]
        manifest.motdFile = try row["motd_file"]
        let seed: Bytes = try row["ssh_host_seed"]
        manifest.sshHostKeySeed = hexadecimal(seed.bytes + Array(agent.name.utf8))
        manifest.accessURL = site.accessURL
        manifest.vscodeProxyURI = site.proxyURI(of: agent)
        manifest.certificates = site.certificates
        manifest.scripts = try await scripts(of: agent.id)
        manifest.apps = try await apps(of: agent.id)
        manifest.metadata = try await metadata(of: agent.id)
        return manifest
    }

    private func scripts(of agent: UUID) async throws -> [AgentScript] {
        try await pool.query(
            """
            select id, display_name, log_source_id, log_path, script, cron, run_on_start, run_on_stop, start_blocks_login, timeout_seconds
            from workspace_agent_scripts where agent_id = \(agent) order by id
            """
        ).map { row in
            let (id, source): (UUID, UUID) = (try row["id"], try row["log_source_id"])
            var script = AgentScript(
                id: id.description, displayName: try row["display_name"], logSourceID: source.description, script: try row["script"])
            script.logPath = try row["log_path"]
            script.cron = try row["cron"]
            script.runOnStart = try row["run_on_start"]
            script.runOnStop = try row["run_on_stop"]
            script.startBlocksLogin = try row["start_blocks_login"]
            script.timeoutSeconds = try row["timeout_seconds"]
            return script
        }
    }

    private func apps(of agent: UUID) async throws -> [AgentApp] {
        try await pool.query(
            """
            select id, slug, healthcheck_url, healthcheck_interval_seconds, healthcheck_threshold from workspace_apps
            where agent_id = \(agent) order by id
            """
        ).map { row in
            let id: UUID = try row["id"]
            let url: String = try row["healthcheck_url"]
            let check = AgentApp.HealthCheck(
                url: url, intervalSeconds: try row["healthcheck_interval_seconds"], threshold: try row["healthcheck_threshold"])
            return AgentApp(id: id.description, slug: try row["slug"], healthCheck: url.isEmpty ? nil : check)
        }
    }

    private func metadata(of agent: UUID) async throws -> [AgentMetadataDescription] {
        try await pool.query(
            """
            select key, display_name, script, interval_seconds, timeout_seconds from workspace_agent_metadata
            where agent_id = \(agent) order by display_order, key
            """
        ).map { row in
            AgentMetadataDescription(
                key: try row["key"], displayName: try row["display_name"], script: try row["script"],
                intervalSeconds: try row["interval_seconds"], timeoutSeconds: try row["timeout_seconds"])
        }
    }
}

/// Lower-case digits.
private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
