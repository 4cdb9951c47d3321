import JSON
import Postgres
import ResourceGraph
import Scalars

/// A graph as rows: resources, the agents that run on them, and what belongs to those.
struct GraphRows: Sendable {
    let graph: ResourceGraph
    let job: UUID
    let transition: Transition
    /// Nil for what a template would make.
    var build: UUID?
    var workspace: UUID?

    var dailyCost: Int { graph.metadata.reduce(0) { $0 + $1.dailyCost } }

    func insert(_ transaction: Transaction) async throws {
        var resources: [String: UUID] = [:]
        for node in graph.resources where node.kind != .data && node.change != .delete {
            resources[node.address] = try await insert(node, transaction)
        }
        var agents: [String: UUID] = [:]
        for agent in graph.agents {
            guard let resource = resources[agent.resource] else { continue }  // it runs on what is deleted
            agents[agent.address] = try await insert(agent, on: resource, transaction)
        }
        for app in graph.apps {
            guard let agent = agents[app.agent] else { continue }
            try await insert(app, of: agent, transaction)
        }
    }

    private func insert(_ node: GraphNode, _ transaction: Transaction) async throws -> UUID {
        let id = UUID.ordered()
        let about = graph.metadata.filter { $0.resource == node.address }
        let items = about.flatMap(\.items).map { item -> JSONValue in
            [
                "key": .string(item.key), "value": .string(item.value ?? ""), "sensitive": .bool(item.isSensitive),
            ]
        }
        try await transaction.query(
            """
            insert into workspace_resources (id, job_id, build_id, transition, address, type, name, hide, icon, daily_cost, metadata)
            values (\(id), \(job), \(build), \(transition), \(node.address), \(node.type), \(node.name), \(about.contains(where: \.isHidden)),
                \(about.compactMap(\.icon).first ?? ""), \(about.reduce(0) { $0 + $1.dailyCost }), \(JSONValue.array(items)))
            """)
        return id
    }

    private func insert(_ agent: Agent, on resource: UUID, _ transaction: Transaction) async throws -> UUID {
        let id = UUID.ordered()
        // A token belongs to a build; what a template would make has none that is worth anything.
        let token = build == nil || agent.authentication != .token ? nil : agent.token
        try await transaction.query(
            """
            insert into workspace_agents (id, resource_id, build_id, workspace_id, name, token_hash, instance_id, architecture, operating_system,
                directory, environment, display_apps, display_order, api_key_scope, connection_timeout_seconds, troubleshooting_url, motd_file,
                startup_script_behavior, resources_monitoring)
            values (\(id), \(resource), \(build), \(workspace), \(agent.name), sha256(convert_to(\(token)::text, 'UTF8')), \(agent.instanceID),
                \(agent.arch), \(agent.os), \(agent.directory ?? ""), \(environment(agent)), \(agent.displayApps.names), \(agent.order),
                \(agent.apiKeyScope.rawValue), \(agent.connectionTimeoutSeconds), \(agent.troubleshootingURL ?? ""), \(agent.motdFile ?? ""),
                \(agent.startupScriptBehavior.rawValue), \(agent.monitoring.json))
            """)
        for script in agent.ownScripts + graph.scripts.filter({ $0.agent == agent.address }) {
            try await transaction.query(
                """
                insert into workspace_agent_scripts (id, agent_id, log_source_id, display_name, icon, log_path, script, cron, start_blocks_login,
                    run_on_start, run_on_stop, timeout_seconds)
                values (\(UUID.ordered()), \(id), \(UUID.random()), \(script.displayName), \(script.icon ?? ""), \(script.logPath ?? ""),
                    \(script.script), \(script.cron ?? ""), \(script.startBlocksLogin), \(script.runsOnStart), \(script.runsOnStop),
                    \(script.timeoutSeconds))
                """)
        }
        for item in agent.metadata {
            try await transaction.query(
                """
                insert into workspace_agent_metadata (agent_id, key, display_name, script, interval_seconds, timeout_seconds, display_order)
                values (\(id), \(item.key), \(item.displayName), \(item.script), \(item.intervalSeconds), \(item.timeoutSeconds), \(item.order))
                """)
        }
        return id
    }

    private func insert(_ app: App, of agent: UUID, _ transaction: Transaction) async throws {
        try await transaction.query(
            """
            insert into workspace_apps (id, agent_id, slug, display_name, icon, command, url, external, subdomain, sharing, healthcheck_url,
                healthcheck_interval_seconds, healthcheck_threshold, health, display_order, display_group, hidden, open_in, tooltip)
            values (\(UUID.ordered()), \(agent), \(app.slug), \(app.displayName), \(app.icon ?? ""), \(app.command ?? ""), \(app.url ?? ""),
                \(app.isExternal), \(app.isSubdomain), \(app.sharing.rawValue), \(app.healthcheck?.url ?? ""),
                \(app.healthcheck?.intervalSeconds ?? 0), \(app.healthcheck?.threshold ?? 0), \(app.healthcheck == nil ? "disabled" : "initializing"),
                \(app.order), \(app.group ?? ""), \(app.isHidden), \(app.openIn.rawValue), \(app.tooltip ?? ""))
            """)
    }

    private func environment(_ agent: Agent) -> JSONValue {
        func variable(_ name: String, _ value: String, _ strategy: String) -> JSONValue {
            ["name": .string(name), "value": .string(value), "merge_strategy": .string(strategy)]
        }
        let own = agent.environment.sorted { $0.key < $1.key }.map { variable($0.key, $0.value, "replace") }
        return .array(
            own + graph.environment.filter { $0.agent == agent.address }.map { variable($0.name, $0.value, $0.mergeStrategy.rawValue) })
    }
}

extension Agent.DisplayApps {
    /// As the API calls them.
    fileprivate var names: [String] {
        [
            (vscode, "vscode"), (vscodeInsiders, "vscode_insiders"), (webTerminal, "web_terminal"), (sshHelper, "ssh_helper"),
            (portForwardingHelper, "port_forwarding_helper"),
        ].filter(\.0).map(\.1)
    }
}

extension Agent.Monitoring {
    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "volumes": .array(
                volumes.map { ["path": .string($0.path), "enabled": .bool($0.isEnabled), "threshold": JSONValue($0.thresholdPercent)] })
        ]
        json["memory"] = memoryThresholdPercent.map { ["enabled": true, "threshold": JSONValue($0)] }
        return json
    }
}
