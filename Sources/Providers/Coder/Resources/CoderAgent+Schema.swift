import HCL
import ProviderKit

extension CoderAgent {
    static let block = BlockSchema(
        attributes: [
            "id": .identifier,
            "token": AttributeSchema(.string, .computed, forcesReplacement: true, isSensitive: true),
            "init_script": .computed(.string),
            "os": .required, "arch": .required,
            "auth": .text(default: "token"), "api_key_scope": .text(default: "all"),
            "dir": .fixed(.string, deprecation: "dir has been deprecated and will be removed in a future release."),
            "env": .fixed(.map(.string)),
            "startup_script": .text, "shutdown_script": .text, "startup_script_behavior": .text(default: "non-blocking"),
            "connection_timeout": .fixed(.number, fallback: .integer(120)),
            "troubleshooting_url": .text, "motd_file": .text, "order": .integer,
            // Of versions before 2.0.
            "startup_script_timeout": .fixed(.number, deprecation: noEffect),
            "shutdown_script_timeout": .fixed(.number, deprecation: noEffect),
            "login_before_ready": .fixed(
                .bool,
                deprecation: "Configure `startup_script_behavior` instead. This attribute will be removed in a future version of the"
                    + " provider."),
            // Of versions 0.6.7 to 0.6.9.
            "delay_login_until_ready": .fixed(.bool, deprecation: "Configure `startup_script_behavior` instead."),
            // Of versions before 0.3.
            "instance_id": .fixed(.string, deprecation: "Use the resource `coder_agent_instance` instead."),
        ],
        blocks: [
            "metadata": NestedBlockSchema(
                .list,
                BlockSchema(attributes: [
                    "key": .required, "display_name": .text, "script": .required, "interval": .requiredInteger, "timeout": .integer,
                    "order": .integer,
                ]), forcesReplacement: true),
            "display_apps": NestedBlockSchema(
                .set, BlockSchema(attributes: apps.mapValues { .flag($0) }), countMax: 1, forcesReplacement: true, isComputed: true),
            "resources_monitoring": NestedBlockSchema(
                .set,
                BlockSchema(blocks: [
                    "memory": NestedBlockSchema(
                        .set, BlockSchema(attributes: ["enabled": .fixed(.bool, .required), "threshold": .requiredInteger]),
                        countMax: 1, forcesReplacement: true),
                    "volume": NestedBlockSchema(
                        .set,
                        BlockSchema(attributes: [
                            "path": .required, "enabled": .fixed(.bool, .required), "threshold": .requiredInteger,
                        ]), forcesReplacement: true),
                ]), countMax: 1, forcesReplacement: true),
        ], description: "Use this resource to associate an agent.")

    private static let noEffect =
        "This feature is deprecated and has no effect. This attribute will be removed in a future version of the provider."

    /// The applications that come with every agent, and whether they are shown.
    private static let apps = [
        "vscode": true, "vscode_insiders": false, "web_terminal": true, "port_forwarding_helper": true, "ssh_helper": true,
    ]

    /// What is shown of an agent that does not say.
    static let usualApps: Value = {
        let element = Value.object(apps.mapValues { .bool($0) })
        return .set([element], of: element.type)
    }()
}
