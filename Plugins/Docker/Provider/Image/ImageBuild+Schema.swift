import HCL
import ProviderKit

extension ImageBuild {
    /// What only BuildKit with its own client can do.
    static let unsupported = [
        "secrets", "additional_contexts", "cache_to", "provenance", "sbom", "build_log_file", "builder", "session_id", "security_opt",
    ]

    static let schema = NestedBlockSchema.blocks(
        max: 1,
        [
            "context": .fixed(.string, .required), "dockerfile": .fixed(.string, default: .string("Dockerfile")),
            "tag": .fixed(.list(.string)), "remove": .fixed(.bool, default: .true), "label": .fixed(.map(.string)),
            "labels": .fixed(.map(.string)), "suppress_output": .fixed(.bool), "remote_context": .fixed(.string), "no_cache": .fixed(.bool),
            "force_remove": .fixed(.bool), "pull_parent": .fixed(.bool), "isolation": .fixed(.string), "cpu_set_cpus": .fixed(.string),
            "cpu_set_mems": .fixed(.string), "cpu_shares": .fixed(.number), "cpu_quota": .fixed(.number), "cpu_period": .fixed(.number),
            "memory": .fixed(.number), "memory_swap": .fixed(.number), "cgroup_parent": .fixed(.string), "network_mode": .fixed(.string),
            "shm_size": .fixed(.number), "build_args": .fixed(.map(.string)), "additional_contexts": .fixed(.list(.string)),
            "squash": .fixed(.bool), "cache_from": .fixed(.list(.string)), "cache_to": .fixed(.list(.string)),
            "security_opt": .fixed(.list(.string)), "extra_hosts": .fixed(.list(.string)), "target": .fixed(.string),
            "session_id": .fixed(.string), "platform": .fixed(.string), "version": .fixed(.string), "build_id": .fixed(.string),
            "use_legacy_builder": .fixed(.bool, default: .false), "builder": .fixed(.string), "build_log_file": .fixed(.string),
            "provenance": .fixed(.string), "sbom": .fixed(.string),
        ],
        [
            "secrets": .blocks(.list, ["id": .fixed(.string, .required), "src": .fixed(.string), "env": .fixed(.string)]),
            "ulimit": .blocks(
                .list,
                ["name": .fixed(.string, .required), "hard": .fixed(.number, .required), "soft": .fixed(.number, .required)]),
            "auth_config": .blocks(
                .list,
                [
                    "host_name": .fixed(.string, .required), "user_name": .fixed(.string), "password": .secret, "auth": .secret,
                    "email": .fixed(.string), "server_address": .fixed(.string), "identity_token": .secret, "registry_token": .secret,
                ]),
        ])

    static func validate(_ block: Value) -> [ProviderFinding] {
        var names = unsupported.filter { name in
            let value = block[attribute: name]
            return !value.isNull && value.length != 0 && value.stringValue != ""
        }
        if block.string("version") == "2" { names.append("version") }
        return names.map { name in
            let advice =
                name == "secrets"
                ? "A build argument would stay in the image's history: build the image where the secret is with \"docker buildx build --secret\", push it, and name it here."
                : "Leave the argument out, or build the image with \"docker buildx build\", push it, and name it here."
            return ProviderFinding(
                .error, "Unsupported argument of a build",
                "\(name.goQuoted) needs a BuildKit client that serves the engine during the build. Builds run in the engine alone. \(advice)",
                at: .attribute("build"))
        }
    }
}

extension AttributeSchema {
    fileprivate static var secret: AttributeSchema { AttributeSchema(.string, .optional, forcesReplacement: true, isSensitive: true) }
}
