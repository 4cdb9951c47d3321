import HCL
import JSON
import ProviderKit

/// `docker_service` and the engine's specification of a service, member by member. Labels are the exception: ours are among them.
enum ServiceTable {
    static let fields: [SpecField] = [
        SpecField("task_spec", "TaskTemplate", form: .block(task)),
        SpecField(
            "mode", "Mode",
            form: .block([
                SpecField("replicated", "Replicated", form: .block([SpecField("replicas", "Replicas", form: .exact)])),
                SpecField("global", "Global", form: .global),
            ])), SpecField("update_config", "UpdateConfig", form: .block(strategy)),
        SpecField("rollback_config", "RollbackConfig", form: .block(strategy)),
        SpecField(
            "endpoint_spec", "EndpointSpec",
            form: .block([
                SpecField("mode", "Mode"),
                SpecField(
                    "ports", "Ports",
                    form: .blocks([
                        SpecField("name", "Name"), SpecField("protocol", "Protocol"), SpecField("target_port", "TargetPort"),
                        SpecField("published_port", "PublishedPort"), SpecField("publish_mode", "PublishMode"),
                    ])),
            ])),
    ]

    private static let strategy: [SpecField] = [
        SpecField("parallelism", "Parallelism", form: .exact), SpecField("delay", "Delay", form: .duration),
        SpecField("failure_action", "FailureAction"), SpecField("monitor", "Monitor", form: .duration),
        SpecField("max_failure_ratio", "MaxFailureRatio", form: .ratio), SpecField("order", "Order"),
    ]

    private static let task: [SpecField] = [
        SpecField("container_spec", "ContainerSpec", form: .block(container)),
        SpecField(
            "resources", "Resources",
            form: .block([
                SpecField("limits", "Limits", form: .block(amounts)),
                SpecField(
                    "reservation", "Reservations",
                    form: .block(amounts + [SpecField("generic_resources", "GenericResources", form: .genericResources)])),
            ])),
        SpecField(
            "restart_policy", "RestartPolicy",
            form: .block([
                SpecField("condition", "Condition"), SpecField("delay", "Delay", form: .duration, isFilled: true),
                SpecField("max_attempts", "MaxAttempts", isFilled: true), SpecField("window", "Window", form: .duration),
            ])),
        SpecField(
            "placement", "Placement",
            form: .block([
                SpecField("constraints", "Constraints"), SpecField("prefs", "Preferences", form: .preferences),
                SpecField("max_replicas", "MaxReplicas"),
                SpecField(
                    "platforms", "Platforms", form: .blocks([SpecField("architecture", "Architecture"), SpecField("os", "OS")])),
            ])), SpecField("force_update", "ForceUpdate"), SpecField("runtime", "Runtime"),
        SpecField(
            "networks_advanced", "Networks",
            form: .blocks([
                // The engine keeps the identifier, also where a name was given.
                SpecField("id", "Target", isFilled: true), SpecField("aliases", "Aliases"),
                SpecField("driver_opts", "DriverOpts", form: .pairs),
            ])),
        SpecField("log_driver", "LogDriver", form: .block([SpecField("name", "Name"), SpecField("options", "Options")])),
    ]

    private static let amounts = [SpecField("nano_cpus", "NanoCPUs"), SpecField("memory_bytes", "MemoryBytes")]

    private static let container: [SpecField] = [
        SpecField("image", "Image"), SpecField("command", "Command"), SpecField("args", "Args"), SpecField("hostname", "Hostname"),
        SpecField("env", "Env", form: .variables), SpecField("dir", "Dir"), SpecField("user", "User"), SpecField("groups", "Groups"),
        SpecField("read_only", "ReadOnly"), SpecField("stop_signal", "StopSignal"),
        SpecField("stop_grace_period", "StopGracePeriod", form: .duration), SpecField("isolation", "Isolation"),
        SpecField("sysctl", "Sysctls"), SpecField("cap_add", "CapabilityAdd"), SpecField("cap_drop", "CapabilityDrop"),
        SpecField("init", "Init", form: .exact), SpecField("labels", "Labels", form: .labels),
        SpecField(
            "privileges", "Privileges",
            form: .block([
                SpecField(
                    "credential_spec", "CredentialSpec", form: .block([SpecField("file", "File"), SpecField("registry", "Registry")])),
                SpecField(
                    "se_linux_context", "SELinuxContext",
                    form: .block([
                        SpecField("disable", "Disable"), SpecField("user", "User"), SpecField("role", "Role"), SpecField("type", "Type"),
                        SpecField("level", "Level"),
                    ])),
            ])), SpecField("mounts", "Mounts", form: .blocks(mount)),
        SpecField(
            "healthcheck", "Healthcheck",
            form: .block([
                SpecField("test", "Test"), SpecField("interval", "Interval", form: .duration),
                SpecField("timeout", "Timeout", form: .duration), SpecField("start_period", "StartPeriod", form: .duration),
                SpecField("retries", "Retries"),
            ])), SpecField("hosts", "Hosts", form: .hosts),
        SpecField(
            "dns_config", "DNSConfig",
            form: .block([SpecField("nameservers", "Nameservers"), SpecField("search", "Search"), SpecField("options", "Options")])),
        SpecField("secrets", "Secrets", form: .blocks(file("secret", "Secret"))),
        SpecField("configs", "Configs", form: .blocks(file("config", "Config"))),
    ]

    private static let mount: [SpecField] = [
        SpecField("target", "Target"), SpecField("source", "Source"), SpecField("type", "Type"), SpecField("read_only", "ReadOnly"),
        SpecField("bind_options", "BindOptions", form: .block([SpecField("propagation", "Propagation")])),
        SpecField(
            "volume_options", "VolumeOptions",
            form: .block([
                SpecField("no_copy", "NoCopy"), SpecField("labels", "Labels", form: .labels),
                SpecField("driver_name", "DriverConfig", "Name"), SpecField("driver_options", "DriverConfig", "Options"),
            ])),
        SpecField("tmpfs_options", "TmpfsOptions", form: .block([SpecField("size_bytes", "SizeBytes"), SpecField("mode", "Mode")])),
    ]

    private static func file(_ kind: String, _ member: String) -> [SpecField] {
        [
            SpecField("\(kind)_id", "\(member)ID"), SpecField("\(kind)_name", "\(member)Name", isFilled: true),
            SpecField("file_name", "File", "Name"), SpecField("file_uid", "File", "UID"), SpecField("file_gid", "File", "GID"),
            SpecField("file_mode", "File", "Mode", form: .exact),
        ]
    }
}
