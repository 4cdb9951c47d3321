import HCL
import ProviderKit

extension ContainerSchema {
    static let blocks: [String: NestedBlockSchema] = [
        "capabilities": .blocks(max: 1, ["add": .fixed(.set(.string)), "drop": .fixed(.set(.string))]),
        "mounts": mounts,
        "volumes": .blocks([
            "from_container": .fixed(.string), "container_path": .fixed(.string), "host_path": .fixed(.string, checks: [absolutePath]),
            "volume_name": .fixed(.string), "read_only": .fixed(.bool),
            "selinux_relabel": .fixed(.string, checks: [.oneOf(["z", "Z"])]),
        ]),
        "ports": ports,
        "host": .blocks(["ip": .fixed(.string, .required), "host": .fixed(.string, .required)]),
        "ulimit": .blocks(["name": .fixed(.string, .required), "soft": .fixed(.number, .required), "hard": .fixed(.number, .required)]),
        "devices": .blocks([
            "host_path": .fixed(.string, .required), "container_path": .fixed(.string),
            "permissions": .fixed(.string, default: .string("rwm")),
        ]),
        "device_read_bps": throttle, "device_read_iops": throttle, "device_write_bps": throttle, "device_write_iops": throttle,
        "device_requests": .blocks([
            "driver": .fixed(.string, default: .string("cdi")), "count": .fixed(.number, default: .integer(0)),
            "device_ids": .fixed(.set(.string)), "capabilities": .fixed(.set(.string)), "options": .fixed(.map(.string)),
        ]),
        "labels": DockerLabels.blocks(isComputed: true),
        "networks_advanced": .blocks([
            "name": .fixed(.string, .required), "aliases": .fixed(.set(.string)), "ipv4_address": .fixed(.string),
            "ipv6_address": .fixed(.string), "link_local_ips": .fixed(.set(.string)), "mac_address": .fixed(.string),
            "driver_opts": .fixed(.set(.string)), "gw_priority": .fixed(.number, checks: [.notNegative]),
        ]),
        "upload": .blocks([
            "content": .fixed(.string), "content_base64": .fixed(.string), "file": .fixed(.string, .required),
            "executable": .fixed(.bool, default: .false),
            "permissions": .fixed(.string, checks: [.matches({ /^0[0-7]{3}$/ }, "It must be four octal digits, as 0644.")]),
            "source": .fixed(.string), "source_hash": .fixed(.string),
        ]),
        "healthcheck": healthcheck, "timeouts": .timeouts,
    ]

    static let ports = NestedBlockSchema.blocks(
        .list,
        [
            "internal": .fixed(.number, .required, checks: [.range(1...65535)]),
            "external": .fixed(.number, .optionalComputed, checks: [.range(0...65535)]),
            "ip": .fixed(.string, default: .string("0.0.0.0")), "protocol": .fixed(.string, default: .string("tcp")),
        ])

    static let healthcheck = NestedBlockSchema.blocks(
        .list, max: 1,
        [
            "test": .fixed(.list(.string)), "interval": .fixed(.string, default: .string("0s"), checks: [duration]),
            "timeout": .fixed(.string, default: .string("0s"), checks: [duration]),
            "start_period": .fixed(.string, default: .string("0s"), checks: [duration]),
            "start_interval": .fixed(.string, default: .string("0s"), checks: [duration]),
            "retries": .fixed(.number, default: .integer(0), checks: [.notNegative]),
        ], isComputed: true)

    private static let throttle = NestedBlockSchema.blocks([
        "path": .fixed(.string, .required), "rate": .fixed(.number, .required, checks: [.range(0...Int.max)]),
    ])

    private static let mounts = NestedBlockSchema.blocks(
        [
            "target": .fixed(.string, .required), "source": .fixed(.string),
            "type": .fixed(.string, .required, checks: [.oneOf(["bind", "volume", "tmpfs"])]), "read_only": .fixed(.bool),
        ],
        [
            "bind_options": .blocks(
                .list, max: 1,
                ["propagation": .fixed(.string, checks: [.oneOf(["private", "rprivate", "shared", "rshared", "slave", "rslave"])])]),
            "volume_options": .blocks(
                .list, max: 1,
                [
                    "no_copy": .fixed(.bool), "driver_name": .fixed(.string), "driver_options": .fixed(.map(.string)),
                    "subpath": .fixed(.string),
                ], ["labels": DockerLabels.blocks()]),
            "tmpfs_options": .blocks(.list, max: 1, ["size_bytes": .fixed(.number), "mode": .fixed(.number)]),
        ])

    private static let absolutePath = ValueCheck { value in
        guard let path = value.stringValue, !path.hasPrefix("/"), path.firstMatch(of: /^[a-zA-Z]:[\\\/]/) == nil else { return nil }
        return "\(path.goQuoted) must be an absolute path"
    }

    static let duration = ValueCheck { value in
        guard let text = value.stringValue else { return nil }
        do {
            return try GoDuration.nanoseconds(text) < 0 ? "duration must not be negative" : nil
        } catch {
            return "\(text.goQuoted) is not a valid duration"
        }
    }
}
