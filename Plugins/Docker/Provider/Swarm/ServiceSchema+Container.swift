import HCL
import ProviderKit

extension ServiceSchema {
    /// `container_spec`: what each task of the service runs.
    static let container = NestedBlockSchema.part(
        .list, min: 1, max: 1,
        [
            "image": .changeable(.string, .required), "command": .changeable(.list(.string)), "args": .changeable(.list(.string)),
            "hostname": .changeable(.string), "env": .changeable(.map(.string)), "dir": .changeable(.string),
            "user": .changeable(.string), "groups": .changeable(.list(.string)), "read_only": .changeable(.bool),
            "stop_signal": .changeable(.string),
            "stop_grace_period": .changeable(.string, .optionalComputed, checks: [ContainerSchema.duration]),
            "isolation": .changeable(.string, default: .string("default"), checks: [.oneOf(["default", "process", "hyperv"])]),
            "sysctl": .fixed(.map(.string)), "cap_add": .changeable(.list(.string)), "cap_drop": .changeable(.list(.string)),
            "init": .changeable(.bool, .optionalComputed),
        ],
        [
            "labels": .part(.set, DockerLabels.changeableBlock), "privileges": privileges, "mounts": mounts, "healthcheck": healthcheck,
            "hosts": .blocks(["ip": .fixed(.string, .required), "host": .fixed(.string, .required)]),
            "dns_config": .part(
                .list, max: 1,
                [
                    "nameservers": .changeable(.list(.string), .required), "search": .changeable(.list(.string)),
                    "options": .changeable(.list(.string)),
                ], isComputed: true), "secrets": files("secret"), "configs": files("config"),
        ])

    private static let privileges = NestedBlockSchema.part(
        .list, max: 1, [:],
        [
            "credential_spec": .part(.list, max: 1, ["file": .changeable(.string), "registry": .changeable(.string)]),
            "se_linux_context": .part(
                .list, max: 1,
                [
                    "disable": .changeable(.bool), "user": .changeable(.string), "role": .changeable(.string),
                    "type": .changeable(.string), "level": .changeable(.string),
                ]),
        ])

    private static let mounts = NestedBlockSchema.part(
        .set,
        [
            "target": .changeable(.string, .required), "source": .changeable(.string),
            "type": .changeable(.string, .required, checks: [.oneOf(["bind", "volume", "tmpfs"])]), "read_only": .changeable(.bool),
        ],
        [
            "bind_options": .part(
                .list, max: 1,
                [
                    "propagation": .changeable(
                        .string, default: .string("rprivate"),
                        checks: [.oneOf(["private", "rprivate", "shared", "rshared", "slave", "rslave"])])
                ]),
            "volume_options": .part(
                .list, max: 1,
                [
                    "no_copy": .changeable(.bool), "driver_name": .changeable(.string), "driver_options": .changeable(.map(.string)),
                ], ["labels": .part(.set, DockerLabels.changeableBlock)]),
            "tmpfs_options": .part(.list, max: 1, ["size_bytes": .changeable(.number), "mode": .changeable(.number)]),
        ])

    private static let healthcheck: NestedBlockSchema = {
        let duration = AttributeSchema.changeable(.string, default: .string("0s"), checks: [ContainerSchema.duration])
        return .part(
            .list, max: 1,
            [
                "test": .changeable(.list(.string)), "interval": duration, "timeout": duration, "start_period": duration,
                "retries": .changeable(.number, default: .integer(0), checks: [.notNegative]),
            ], isComputed: true)
    }()

    private static func files(_ kind: String) -> NestedBlockSchema {
        .part(
            .set,
            [
                "\(kind)_id": .changeable(.string, .required), "\(kind)_name": .changeable(.string),
                "file_name": .changeable(.string, .required), "file_uid": .changeable(.string, default: .string("0")),
                "file_gid": .changeable(.string, default: .string("0")),
                "file_mode": .changeable(.number, default: .integer(0o444), checks: [.notNegative]),
            ])
    }
}
