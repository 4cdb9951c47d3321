package import JSON

/// What an agent is to do in its workspace, as the server says.
package struct AgentManifest: AgentDocument {
    /// Raised when an agent that knows less would do the wrong thing.
    package static let version = 1

    package var agentID = ""
    package var agentName = ""
    package var workspaceID = ""
    package var workspaceName = ""
    package var ownerName = ""
    /// Where sessions and scripts start; home if empty. `~` and variables are expanded in the workspace.
    package var directory = ""
    package var environment: [AgentVariable] = []
    package var scripts: [AgentScript] = []
    package var apps: [AgentApp] = []
    package var metadata: [AgentMetadataDescription] = []
    /// `vscode`, `vscode_insiders`, `web_terminal`, `port_forwarding_helper`, `ssh_helper`.
    package var displayApps: [String] = []
    /// A file that is shown when a session begins.
    package var motdFile = ""
    /// From which the SSH host key is made: the same for a workspace's agent in every build. A secret.
    package var sshHostKeySeed = ""
    /// With `{{port}}` where a port's number goes.
    package var vscodeProxyURI = ""
    package var accessURL = ""
    /// Whose certificates sessions should trust besides the usual, as PEM.
    package var certificates = ""
    /// How often stats are reported.
    package var statsIntervalSeconds = 300

    package init() {}

    package init(json: JSONValue, at place: String = "manifest") throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        let version = try reader.integer("version", default: 1)
        guard version == Self.version else {
            throw DocumentError(message: "the server's manifest is of version \(version), this agent reads version \(Self.version)")
        }
        agentID = try reader.text("agent_id")
        agentName = try reader.text("agent_name")
        workspaceID = try reader.text("workspace_id")
        workspaceName = try reader.text("workspace_name")
        ownerName = try reader.text("owner_name")
        directory = try reader.optionalText("directory") ?? ""
        environment = try reader.list("environment", max: 4096) { json, place throws(DocumentError) in try AgentVariable(json: json, at: place) }
        scripts = try reader.list("scripts", max: 1024) { json, place throws(DocumentError) in try AgentScript(json: json, at: place) }
        apps = try reader.list("apps", max: 1024) { json, place throws(DocumentError) in try AgentApp(json: json, at: place) }
        metadata = try reader.list("metadata", max: 1024) { json, place throws(DocumentError) in
            try AgentMetadataDescription(json: json, at: place)
        }
        displayApps = try reader.texts("display_apps", max: 64)
        motdFile = try reader.optionalText("motd_file") ?? ""
        sshHostKeySeed = try reader.optionalText("ssh_host_key_seed") ?? ""
        vscodeProxyURI = try reader.optionalText("vscode_proxy_uri") ?? ""
        accessURL = try reader.optionalText("access_url") ?? ""
        certificates = try reader.optionalText("certificates") ?? ""
        statsIntervalSeconds = min(max(try reader.integer("stats_interval_seconds", default: 300), 1), 86_400)
    }

    package var json: JSONValue {
        [
            "version": JSONValue(Self.version), "agent_id": .string(agentID), "agent_name": .string(agentName),
            "workspace_id": .string(workspaceID), "workspace_name": .string(workspaceName), "owner_name": .string(ownerName),
            "directory": .string(directory), "environment": .array(environment.map(\.json)), "scripts": .array(scripts.map(\.json)),
            "apps": .array(apps.map(\.json)), "metadata": .array(metadata.map(\.json)),
            "display_apps": .array(displayApps.map { .string($0) }), "motd_file": .string(motdFile),
            "ssh_host_key_seed": .string(sshHostKeySeed), "vscode_proxy_uri": .string(vscodeProxyURI), "access_url": .string(accessURL),
            "certificates": .string(certificates), "stats_interval_seconds": JSONValue(statsIntervalSeconds),
        ]
    }
}
