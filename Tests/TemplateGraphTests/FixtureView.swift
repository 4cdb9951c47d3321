import JSON
import ResourceGraph
import TemplateConfiguration
import TemplateGraph

/// A graph in the words of the published examples, to compare with them.
struct FixtureView {
    let graph: ResourceGraph

    /// Resources by name and type, each with its agents.
    var resources: JSONValue {
        let shown = graph.nodes.filter { $0.kind == .managed || $0.kind == .external || $0.kind == .environment }
        return .array(shown.sorted { ($0.name, $0.type) < ($1.name, $1.type) }.map(resource))
    }

    var aiTasks: JSONValue { .array(graph.aiTasks.map { ["app_id": .string($0.appID ?? "")] }) }

    private func resource(_ node: GraphNode) -> JSONValue {
        let metadata = graph.metadata.first { $0.resource == node.address }
        let module = (try? ResourceInstanceAddress.parse(node.address))?.module.description ?? "?"
        return [
            "type": .string(node.type), "name": .string(node.name), "module_path": .string(module),
            "hide": .bool(metadata?.isHidden ?? false), "icon": .string(metadata?.icon ?? ""),
            "daily_cost": JSONValue(metadata?.dailyCost ?? 0),
            "instance_type": .string(CloudInstance.instanceType(of: node.type, node.attributes) ?? ""),
            "metadata": .array(
                (metadata?.items ?? []).map { item in
                    [
                        "key": .string(item.key), "value": .string(item.value ?? ""), "sensitive": .bool(item.isSensitive),
                        "is_null": .bool(item.isNull),
                    ]
                }),
            "agents": .array(graph.agents.filter { $0.resource == node.address }.sorted { $0.name < $1.name }.map(agent)),
        ]
    }

    private func agent(_ agent: Agent) -> JSONValue {
        var json = parts(of: agent.address, own: agent.ownScripts)
        let apps = agent.displayApps
        let members: [String: JSONValue] = [
            "name": .string(agent.name), "operating_system": .string(agent.os), "architecture": .string(agent.arch),
            "directory": .string(agent.directory ?? ""), "auth_type": .string(agent.authentication == .token ? "token" : "instance_id"),
            "api_key_scope": .string(agent.apiKeyScope.rawValue), "connection_timeout_seconds": JSONValue(agent.connectionTimeoutSeconds),
            "troubleshooting_url": .string(agent.troubleshootingURL ?? ""), "motd_file": .string(agent.motdFile ?? ""),
            "order": JSONValue(agent.order), "env": .object(agent.environment.mapValues { .string($0) }),
            "display_apps": [
                "vscode": .bool(apps.vscode), "vscode_insiders": .bool(apps.vscodeInsiders), "web_terminal": .bool(apps.webTerminal),
                "ssh_helper": .bool(apps.sshHelper), "port_forwarding_helper": .bool(apps.portForwardingHelper),
            ],
            "metadata": .array(
                agent.metadata.map { item in
                    [
                        "key": .string(item.key), "display_name": .string(item.displayName), "script": .string(item.script),
                        "interval": JSONValue(item.intervalSeconds), "timeout": JSONValue(item.timeoutSeconds),
                        "order": JSONValue(item.order),
                    ]
                }),
            "resources_monitoring": monitoring(agent.monitoring),
            "devcontainers": .array(
                graph.devcontainers.filter { $0.agent == agent.address }.sorted { $0.name < $1.name }.map { container in
                    var json = parts(of: container.address, own: [])
                    json["name"] = .string(container.name)
                    json["workspace_folder"] = .string(container.workspaceFolder)
                    json["config_path"] = .string(container.configurationPath ?? "")
                    return json
                }),
        ]
        for (name, value) in members { json[name] = value }
        return json
    }

    private func monitoring(_ monitoring: Agent.Monitoring) -> JSONValue {
        [
            "memory": monitoring.memoryThresholdPercent.map { ["enabled": true, "threshold": JSONValue($0)] } ?? .null,
            "volumes": .array(
                monitoring.volumes.map { volume in
                    ["path": .string(volume.path), "enabled": .bool(volume.isEnabled), "threshold": JSONValue(volume.thresholdPercent)]
                }),
        ]
    }

    private func parts(of owner: String, own: [Script]) -> JSONValue {
        let scripts = (own + graph.scripts.filter { $0.agent == owner }).sorted { $0.displayName < $1.displayName }
        return [
            "apps": .array(graph.apps.filter { $0.agent == owner }.sorted { $0.slug < $1.slug }.map(app)),
            "envs": .array(
                graph.environment.filter { $0.agent == owner }.sorted { $0.name < $1.name }.map { variable in
                    [
                        "name": .string(variable.name), "value": .string(variable.value),
                        "merge_strategy": .string(variable.mergeStrategy.rawValue),
                    ]
                }),
            "scripts": .array(
                scripts.map { script in
                    [
                        "display_name": .string(script.displayName), "icon": .string(script.icon ?? ""), "script": .string(script.script),
                        "cron": .string(script.cron ?? ""), "log_path": .string(script.logPath ?? ""),
                        "start_blocks_login": .bool(script.startBlocksLogin), "run_on_start": .bool(script.runsOnStart),
                        "run_on_stop": .bool(script.runsOnStop), "timeout_seconds": JSONValue(script.timeoutSeconds),
                    ]
                }),
        ]
    }

    private func app(_ app: App) -> JSONValue {
        [
            "slug": .string(app.slug), "display_name": .string(app.displayName), "command": .string(app.command ?? ""),
            "url": .string(app.url ?? ""), "icon": .string(app.icon ?? ""), "subdomain": .bool(app.isSubdomain),
            "external": .bool(app.isExternal), "share": .string(app.sharing.rawValue), "order": JSONValue(app.order),
            "group": .string(app.group ?? ""), "hidden": .bool(app.isHidden), "open_in": .string(app.openIn.rawValue),
            "tooltip": .string(app.tooltip ?? ""),
            "healthcheck": app.healthcheck.map { check in
                ["url": .string(check.url), "interval": JSONValue(check.intervalSeconds), "threshold": JSONValue(check.threshold)]
            } ?? .null,
        ]
    }
}
