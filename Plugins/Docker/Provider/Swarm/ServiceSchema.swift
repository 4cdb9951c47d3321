import HCL
import ProviderKit

/// What a `docker_service` block can say. Nearly all of it is changed in the service that runs.
enum ServiceSchema {
    static let schema = Schema(
        version: 2,
        BlockSchema(
            attributes: ["id": .identifier, "name": .fixed(.string, .required)],
            blocks: [
                "labels": .part(.set, DockerLabels.changeableBlock, isComputed: true), "auth": auth,
                "task_spec": .part(
                    .list, min: 1, max: 1,
                    [
                        "force_update": .changeable(.number, .optionalComputed, checks: [.notNegative]),
                        "runtime": .changeable(.string, .optionalComputed, checks: [.oneOf(["container", "plugin"])]),
                    ],
                    [
                        "container_spec": container, "resources": resources, "restart_policy": restartPolicy, "placement": placement,
                        "networks_advanced": networks,
                        "log_driver": .part(
                            .list, max: 1, ["name": .changeable(.string, .required), "options": .changeable(.map(.string))]),
                    ]), "mode": mode, "update_config": strategy(["pause", "continue", "rollback"]),
                "rollback_config": strategy(["pause", "continue"]), "endpoint_spec": endpoint,
                "converge_config": .part(
                    .list, max: 1,
                    [
                        "delay": .changeable(.string, default: .string("7s"), checks: [ContainerSchema.duration]),
                        "timeout": .changeable(.string, default: .string("3m"), checks: [ContainerSchema.duration]),
                    ]),
            ]))

    private static let auth: NestedBlockSchema = {
        var password = AttributeSchema.fixed(.string)
        password.isSensitive = true
        return .blocks(
            .list, max: 1, ["server_address": .fixed(.string, .required), "username": .fixed(.string), "password": password])
    }()

    private static let mode = NestedBlockSchema.part(
        .list, max: 1, ["global": .fixed(.bool, default: .false)],
        [
            "replicated": .part(
                .list, max: 1, ["replicas": .changeable(.number, default: .integer(1), checks: [.notNegative])], isComputed: true)
        ], isComputed: true)

    private static func strategy(_ actions: [String]) -> NestedBlockSchema {
        .part(
            .list, max: 1,
            [
                "parallelism": .changeable(.number, default: .integer(1), checks: [.notNegative]),
                "delay": .changeable(.string, default: .string("0s"), checks: [ContainerSchema.duration]),
                "failure_action": .changeable(.string, default: .string("pause"), checks: [.oneOf(actions)]),
                "monitor": .changeable(.string, default: .string("5s"), checks: [ContainerSchema.duration]),
                "max_failure_ratio": .changeable(.string, default: .string("0.0"), checks: [ratio]),
                "order": .changeable(.string, default: .string("stop-first"), checks: [.oneOf(["stop-first", "start-first"])]),
            ])
    }

    private static let ratio = ValueCheck { value in
        guard let text = value.stringValue, Double(text).map({ (0...1).contains($0) }) != true else { return nil }
        return "It must be a number from 0.0 to 1.0, not \(text.goQuoted)."
    }

    private static let endpoint = NestedBlockSchema.part(
        .list, max: 1, ["mode": .changeable(.string, .optionalComputed, checks: [.oneOf(["vip", "dnsrr"])])],
        [
            "ports": .part(
                .list,
                [
                    "name": .changeable(.string),
                    "protocol": .changeable(.string, default: .string("tcp"), checks: [.oneOf(["tcp", "udp", "sctp"])]),
                    "target_port": .changeable(.number, .required, checks: [.range(1...65535)]),
                    "published_port": .changeable(.number, .optionalComputed, checks: [.range(0...65535)]),
                    "publish_mode": .changeable(.string, default: .string("ingress"), checks: [.oneOf(["host", "ingress"])]),
                ])
        ], isComputed: true)

    private static let resources: NestedBlockSchema = {
        let amounts: [String: AttributeSchema] = [
            "nano_cpus": .changeable(.number, checks: [.notNegative]), "memory_bytes": .changeable(.number, checks: [.range(0...Int.max)]),
        ]
        let generic = NestedBlockSchema.part(
            .list, max: 1,
            ["named_resources_spec": .changeable(.set(.string)), "discrete_resources_spec": .changeable(.set(.string))])
        return .part(
            .list, max: 1, [:],
            ["limits": .part(.list, max: 1, amounts), "reservation": .part(.list, max: 1, amounts, ["generic_resources": generic])],
            isComputed: true)
    }()

    private static let restartPolicy = NestedBlockSchema.part(
        .list, max: 1,
        [
            "condition": .changeable(.string, checks: [.oneOf(["none", "on-failure", "any"])]),
            "delay": .changeable(.string, checks: [ContainerSchema.duration]),
            "max_attempts": .changeable(.number, checks: [.notNegative]),
            "window": .changeable(.string, checks: [ContainerSchema.duration]),
        ], isComputed: true)

    private static let placement = NestedBlockSchema.part(
        .list, max: 1,
        [
            "constraints": .changeable(.set(.string)), "prefs": .changeable(.set(.string)),
            "max_replicas": .changeable(.number, checks: [.notNegative]),
        ],
        ["platforms": .part(.set, ["architecture": .changeable(.string, .required), "os": .changeable(.string, .required)])],
        isComputed: true)

    private static let networks = NestedBlockSchema.part(
        .set,
        [
            "name": AttributeSchema(.string, .optional, forcesReplacement: true, deprecation: "Use the id attribute."),
            "id": .fixed(.string), "aliases": .fixed(.set(.string)), "driver_opts": .fixed(.set(.string)),
        ])
}

extension NestedBlockSchema {
    /// Blocks that are changed in the object, as their attributes are.
    static func part(
        _ nesting: Nesting, min: Int = 0, max: Int? = nil, _ attributes: [String: AttributeSchema],
        _ blocks: [String: NestedBlockSchema] = [:], isComputed: Bool = false
    ) -> NestedBlockSchema {
        part(nesting, min: min, max: max, BlockSchema(attributes: attributes, blocks: blocks), isComputed: isComputed)
    }

    static func part(
        _ nesting: Nesting, min: Int = 0, max: Int? = nil, _ block: BlockSchema, isComputed: Bool = false
    ) -> NestedBlockSchema { NestedBlockSchema(nesting, block, countMin: min, countMax: max, isComputed: isComputed) }
}
