import HCL
import ProviderKit

/// What a `docker_container` block can say.
///
/// Where the engine can change a container, a change is an update; everything else makes a new container, also the few
/// attributes that the published provider takes over without doing anything.
enum ContainerSchema {
    static let schema = Schema(
        version: 2, BlockSchema(attributes: steering.merging(process) { $1 }.merging(limits) { $1 }.merging(host) { $1 }, blocks: blocks))

    /// What only this provider looks at.
    static let steering: [String: AttributeSchema] = [
        "id": .identifier, "start": .changeable(.bool, default: .true), "wait": .changeable(.bool, default: .false),
        "wait_timeout": .changeable(.number, default: .integer(60)), "attach": .changeable(.bool, default: .false),
        "logs": .changeable(.bool, default: .false), "must_run": .changeable(.bool, default: .true),
        "remove_volumes": .changeable(.bool, default: .true), "destroy_grace_seconds": .changeable(.number),
        "container_read_refresh_timeout_milliseconds": .changeable(.number, default: .integer(15000)),
        "exit_code": .computed(.number), "container_logs": .computed(.string), "bridge": .computed(.string),
        "network_data": .computed(.list(.object(networkData))),
    ]

    static let networkData: [String: ValueType] = [
        "network_name": .string, "ip_address": .string, "ip_prefix_length": .number, "gateway": .string, "global_ipv6_address": .string,
        "global_ipv6_prefix_length": .number, "ipv6_gateway": .string, "mac_address": .string,
    ]

    /// What runs, and as what.
    private static let process: [String: AttributeSchema] = [
        "name": .fixed(.string, .required), "image": .fixed(.string, .required), "hostname": .fixed(.string, .optionalComputed),
        "domainname": .fixed(.string), "command": .fixed(.list(.string), .optionalComputed, checks: [noEmptyElement]),
        "entrypoint": .fixed(.list(.string), .optionalComputed), "user": .fixed(.string), "working_dir": .fixed(.string),
        "env": .fixed(.set(.string), .optionalComputed), "tty": .fixed(.bool, default: .false),
        "stdin_open": .fixed(.bool, default: .false), "stop_signal": .fixed(.string, .optionalComputed),
        "stop_timeout": .fixed(.number, .optionalComputed), "init": .fixed(.bool, .optionalComputed),
        "platform": .fixed(.string, .optionalComputed), "runtime": .fixed(.string, .optionalComputed),
    ]

    private static let limits: [String: AttributeSchema] = [
        "restart": .changeable(.string, default: .string("no"), checks: [.oneOf(["no", "on-failure", "always", "unless-stopped"])]),
        "max_retry_count": .changeable(.number), "memory": .changeable(.number, checks: [.notNegative]),
        "memory_reservation": .changeable(.number, default: .integer(0), checks: [.notNegative]),
        "memory_swap": .changeable(.number, checks: [.range(-1...(1 << 40))]), "cpu_shares": .changeable(.number, checks: [.notNegative]),
        "cpu_set": .changeable(.string, checks: [.matches({ /^[0-9]+(?:[,-][0-9]+)*$/ }, "It must be like 0-1 or 0,2.")]),
        "cpu_period": .changeable(.number, checks: [.notNegative]), "cpu_quota": .changeable(.number, checks: [.notNegative]),
        "cpus": .fixed(.string, checks: [cpus]), "shm_size": .fixed(.number, .optionalComputed, checks: [.notNegative]),
        "gpus": .fixed(.string, checks: [.matches({ /^["' ]*(?:all|device=[^"' ]+)["' ]*$/ }, "It must be all, or device=<id[,id...]>.")]),
    ]

    private static let host: [String: AttributeSchema] = [
        "rm": .fixed(.bool, default: .false), "read_only": .fixed(.bool, default: .false), "privileged": .fixed(.bool),
        "publish_all_ports": .fixed(.bool), "dns": .fixed(.set(.string)), "dns_opts": .fixed(.set(.string)),
        "dns_search": .fixed(.set(.string)), "security_opts": .fixed(.set(.string), .optionalComputed), "tmpfs": .fixed(.map(.string)),
        "log_driver": .fixed(.string, .optionalComputed), "log_opts": .fixed(.map(.string)),
        "network_mode": .fixed(.string, default: .string("bridge")), "pid_mode": .fixed(.string), "userns_mode": .fixed(.string),
        "sysctls": .fixed(.map(.string)), "ipc_mode": .fixed(.string, .optionalComputed), "group_add": .fixed(.set(.string)),
        "storage_opts": .fixed(.map(.string)), "cgroupns_mode": .fixed(.string, checks: [.oneOf(["private", "host"])]),
        "cgroup_parent": .fixed(.string),
    ]

    private static let noEmptyElement = ValueCheck { value in
        (value.elements ?? []).contains { $0.stringValue == "" } ? "values for command may not be empty" : nil
    }

    private static let cpus = ValueCheck { value in
        guard let text = value.stringValue, ContainerRequest.nanoCPUs(text) == nil else { return nil }
        return "It must be a number of processors, as \"1.5\"; the value is \(text.goQuoted)."
    }
}
