import JSON
import ResourceGraph

/// Graphs that several tests use.
enum Samples {
    /// A workspace as a template for a container makes it.
    static func workspace() throws -> ResourceGraph {
        try workspaceBuilder().build()
    }

    static func workspaceBuilder() throws -> ResourceGraphBuilder {
        var builder = ResourceGraphBuilder()
        for node in workspaceNodes { try builder.add(node) }
        for edge in workspaceEdges { try builder.add(edge) }
        try builder.add(GraphOutput(name: "url", value: "https://example.org"))
        try builder.add(GraphOutput(name: "password", value: "hunter2", isSensitive: true))
        return builder
    }

    static let workspaceNodes: [GraphNode] = [
        GraphNode(
            kind: .data, change: .read, address: "data.docker_image.base", type: "docker_image", name: "base", remoteID: "sha256:1234",
            attributes: ["name": "debian:12"]),
        GraphNode(
            change: .none, address: "docker_volume.home", type: "docker_volume", name: "home", remoteID: "home-1",
            attributes: ["name": "home-1", "labels": ["a": "b"]]),
        GraphNode(
            change: .replace, address: "docker_container.workspace[0]", type: "docker_container", name: "workspace", remoteID: "abc",
            attributes: ["env": ["TOKEN": "s3cret"], "image": "debian:12", "ports": [8080]],
            sensitive: [JSONPointer(tokens: ["env", "TOKEN"])],
            unknown: [JSONPointer(tokens: ["ip"])]),
        GraphNode(
            kind: .external, address: "external.database", type: "postgres", name: "Shared <database> & \"friends\"",
            attributes: ["host": "db"]),
        GraphNode(
            kind: .agent, change: .create, address: "coder_agent.main", type: "coder_agent", name: "main",
            attributes: [
                "os": "linux", "arch": "amd64", "token": "t0ken", "env": ["EDITOR": "vim", "NOTHING": nil], "connection_timeout": 60.0,
                "display_apps": [["vscode": false]], "order": 2, "dir": "/home/dev", "startup_script_behavior": "blocking",
                "metadata": [["key": "cpu", "display_name": "CPU", "script": "stat cpu", "interval": 10, "timeout": 1]],
                "resources_monitoring": [
                    ["memory": [["enabled": true, "threshold": 80]], "volume": [["path": "/home", "enabled": true, "threshold": 90]]]
                ],
            ]),
        GraphNode(
            kind: .app, change: .create, address: "coder_app.editor", type: "coder_app", name: "editor",
            attributes: [
                "slug": "code-server", "display_name": "Code", "url": "http://localhost:13337", "subdomain": true, "share": "authenticated",
                "open_in": "tab", "healthcheck": [["url": "http://localhost:13337/healthz", "interval": 5, "threshold": 6]],
            ]),
        GraphNode(
            kind: .app, change: .delete, address: "coder_app.top", type: "coder_app", name: "top",
            attributes: ["slug": "top", "command": "htop"]),
        GraphNode(
            kind: .script, change: .update, address: "coder_script.setup", type: "coder_script", name: "setup",
            attributes: [
                "display_name": "Set-up", "script": "echo hi", "run_on_start": true, "start_blocks_login": true, "timeout": 30, "cron": "",
            ]),
        GraphNode(
            kind: .environment, address: "coder_env.path", type: "coder_env", name: "path",
            attributes: ["name": "PATH", "value": "/opt/bin", "merge_strategy": "prepend"]),
        GraphNode(
            kind: .metadata, address: "coder_metadata.workspace", type: "coder_metadata", name: "workspace",
            attributes: [
                "daily_cost": 7, "icon": "/icon/docker.svg",
                "items": [
                    ["key": "image", "value": "debian:12"], ["key": "secret", "value": "x", "sensitive": true], ["key": "nothing"],
                ],
            ]),
    ]

    static let workspaceEdges: [GraphEdge] = [
        GraphEdge(.dependsOn, from: "docker_container.workspace[0]", to: "docker_volume.home"),
        GraphEdge(.dependsOn, from: "docker_container.workspace[0]", to: "data.docker_image.base"),
        GraphEdge(.dependsOn, from: "docker_container.workspace[0]", to: "coder_agent.main"),
        GraphEdge(.dependsOn, from: "docker_container.workspace[0]", to: "external.database"),
        GraphEdge(.dependsOn, from: "coder_app.editor", to: "external.database"),
        GraphEdge(.runsOn, from: "coder_agent.main", to: "docker_container.workspace[0]"),
        GraphEdge(.partOf, from: "coder_app.editor", to: "coder_agent.main"),
        GraphEdge(.partOf, from: "coder_app.top", to: "coder_agent.main"),
        GraphEdge(.partOf, from: "coder_script.setup", to: "coder_agent.main"),
        GraphEdge(.partOf, from: "coder_env.path", to: "coder_agent.main"),
        GraphEdge(.describes, from: "coder_metadata.workspace", to: "docker_container.workspace[0]"),
    ]
}
