internal import JSON

/// An agent that connects from a resource. Attribute names are those of `coder_agent`.
package struct Agent: Sendable, Hashable {
    /// How an agent proves who it is.
    package enum Authentication: String, Sendable, CaseIterable {
        /// By its token.
        case token
        /// By the identity of a Google instance.
        case google = "google-instance-identity"
        /// By the identity of an AWS instance.
        case aws = "aws-instance-identity"
        /// By the identity of an Azure instance.
        case azure = "azure-instance-identity"
    }

    /// Whether logins wait for the start-up script.
    package enum StartupScriptBehavior: String, Sendable, CaseIterable {
        /// They wait.
        case blocking
        /// They do not.
        case nonBlocking = "non-blocking"
    }

    /// What an agent's token may reach.
    package enum APIKeyScope: String, Sendable, CaseIterable {
        /// Everything.
        case all
        /// Everything but what belongs to the user.
        case noUserData = "no_user_data"
    }

    /// The buttons that are offered beside the apps.
    package struct DisplayApps: Sendable, Hashable {
        /// Visual Studio Code.
        package var vscode = true
        /// Its preview edition.
        package var vscodeInsiders = false
        /// The terminal in the browser.
        package var webTerminal = true
        /// SSH.
        package var sshHelper = true
        /// Ports.
        package var portForwardingHelper = true
    }

    /// A value that the agent measures again and again.
    package struct MetadataItem: Sendable, Hashable {
        /// Unique in the agent.
        package var key: String
        /// For people.
        package var displayName: String
        /// What is run; its output is the value.
        package var script: String
        /// Seconds between two runs.
        package var intervalSeconds: Int
        /// Seconds a run may take; 0: as long as the interval.
        package var timeoutSeconds: Int
        /// Place among the others.
        package var order: Int
    }

    /// A volume that is watched.
    package struct VolumeMonitor: Sendable, Hashable {
        /// Where it is mounted.
        package var path: String
        /// True if it is watched.
        package var isEnabled: Bool
        /// Per cent in use from which the user is warned.
        package var thresholdPercent: Int
    }

    /// What is watched, and from where on the user is warned.
    package struct Monitoring: Sendable, Hashable {
        /// Per cent of memory; nil: not watched.
        package var memoryThresholdPercent: Int?
        /// Volumes.
        package var volumes: [VolumeMonitor] = []
    }

    /// Its address in the graph.
    package var address: String
    /// What users type to reach it.
    package var name: String
    /// The address of the resource it runs on.
    package var resource: String
    /// Its identity, if the template gave it one.
    package var id: String?
    /// `linux`, `darwin`, `windows`.
    package var os: String
    /// `amd64`, `arm64`, `armv7`.
    package var arch: String
    /// How it proves who it is.
    package var authentication: Authentication
    /// The instance whose identity proves it, unless it uses its token.
    package var instanceID: String?
    /// Where sessions begin; nil: the home directory.
    package var directory: String?
    /// Environment of its sessions.
    package var environment: [String: String]
    /// The secret it connects with; nil while unknown.
    package var token: String?
    /// The buttons beside the apps.
    package var displayApps: DisplayApps
    /// Seconds until it counts as timed out; 0: never.
    package var connectionTimeoutSeconds: Int
    /// Where people find help when it does not connect.
    package var troubleshootingURL: String?
    /// A file shown at login.
    package var motdFile: String?
    /// What runs at start, if it is not a script of its own.
    package var startupScript: String?
    /// What runs at stop, if it is not a script of its own.
    package var shutdownScript: String?
    /// Whether logins wait for the start-up script.
    package var startupScriptBehavior: StartupScriptBehavior
    /// What its token may reach.
    package var apiKeyScope: APIKeyScope
    /// Place among the others.
    package var order: Int
    /// What it measures.
    package var metadata: [MetadataItem]
    /// What is watched.
    package var monitoring: Monitoring

    init(_ node: GraphNode, resource: String, _ reader: inout MemberReader) {
        address = node.address
        name = node.name
        self.resource = resource
        id = reader.string("id")
        os = reader.requiredString("os")
        arch = reader.requiredString("arch")
        authentication = reader.choice("auth") ?? .token
        instanceID = reader.string("instance_id")
        directory = reader.string("dir")
        environment = reader.strings("env")
        token = reader.string("token")
        displayApps = reader.block("display_apps", Self.readDisplayApps) ?? DisplayApps()
        connectionTimeoutSeconds = reader.int("connection_timeout", in: 0...Int.max) ?? 120
        troubleshootingURL = reader.string("troubleshooting_url")
        motdFile = reader.string("motd_file")
        startupScript = reader.string("startup_script")
        shutdownScript = reader.string("shutdown_script")
        startupScriptBehavior = reader.choice("startup_script_behavior") ?? .nonBlocking
        apiKeyScope = reader.choice("api_key_scope") ?? .all
        order = reader.int("order") ?? 0
        metadata = reader.objects("metadata", Self.readMetadataItem)
        var keys: Set<String> = []
        for item in metadata where !keys.insert(item.key).inserted {
            reader.fault("metadata", "key \(JSONValue.string(item.key).serialized()) occurs twice")
        }
        monitoring = reader.block("resources_monitoring", Self.readMonitoring) ?? Monitoring()
    }

    private static func readDisplayApps(_ reader: inout MemberReader) -> DisplayApps {
        DisplayApps(
            vscode: reader.bool("vscode") ?? true, vscodeInsiders: reader.bool("vscode_insiders") ?? false,
            webTerminal: reader.bool("web_terminal") ?? true, sshHelper: reader.bool("ssh_helper") ?? true,
            portForwardingHelper: reader.bool("port_forwarding_helper") ?? true)
    }

    private static func readMetadataItem(_ reader: inout MemberReader) -> MetadataItem {
        let key = reader.requiredString("key")
        return MetadataItem(
            key: key, displayName: reader.string("display_name") ?? key, script: reader.requiredString("script"),
            intervalSeconds: reader.int("interval", in: 0...Int.max) ?? 0, timeoutSeconds: reader.int("timeout", in: 0...Int.max) ?? 0,
            order: reader.int("order") ?? 0)
    }

    private static func readMonitoring(_ reader: inout MemberReader) -> Monitoring {
        let memory = reader.block("memory") { reader in
            (isEnabled: reader.bool("enabled") ?? false, threshold: reader.int("threshold", in: 0...100) ?? 0)
        }
        let volumes = reader.objects("volume") { reader in
            VolumeMonitor(
                path: reader.requiredString("path"), isEnabled: reader.bool("enabled") ?? false,
                thresholdPercent: reader.int("threshold", in: 0...100) ?? 0)
        }
        return Monitoring(memoryThresholdPercent: memory.flatMap { $0.isEnabled ? $0.threshold : nil }, volumes: volumes)
    }
}
