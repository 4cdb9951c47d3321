import DockerProvider
import JSON
package import PluginKit

extension DockerPlugin {
    private static let container = "docker_container"

    package static let actions: [Action<DockerPlugin>] = [
        Action(
            "logs", title: "Logs", summary: "Shows what a container printed.", appliesTo: container, isIdempotent: true,
            parameters: [
                Parameter("tail", .u64, "how many of the last lines", constraint: ["maximum": 100_000], default: 200),
                Parameter("since", .str, "from when on: 10m, a moment in RFC 3339, or seconds since 1970; empty for all", default: ""),
                Parameter("follow", .bool, "whether to go on until the container ends or the job is cancelled", default: false),
            ]
        ) { try await $0.logs($1, $2, $3) },
        Action(
            "restart", title: "Restart", summary: "Ends a container and starts it again.", appliesTo: container, mutates: true,
            isIdempotent: true,
            parameters: [
                Parameter(
                    "timeout", .i64, "seconds that it may take to end; -1 for what the container says",
                    constraint: ["minimum": -1, "maximum": 3600], default: -1)
            ]
        ) { plugin, arguments, request, job in
            let seconds = arguments.integer("timeout")
            try await plugin.onContainer(request, job) { operations, id in
                try await operations.restart(id, timeoutSeconds: seconds < 0 ? nil : Int(seconds))
            }
        },
        Action(
            "commit", title: "Make an image", summary: "Makes an image of what a container has become, without its volumes.",
            appliesTo: container, mutates: true, isDangerous: true,
            parameters: [
                Parameter("image", .str, "name of the image, REPOSITORY:TAG", constraint: ["minLength": 1, "maxLength": 255]),
                Parameter("message", .str, "what the image is for", default: ""),
                Parameter("pause", .bool, "whether the container stands still meanwhile", default: true),
            ]
        ) { plugin, arguments, request, job in
            let id = try await plugin.onContainer(request, job) { operations, id in
                try await operations.commit(
                    id, as: arguments.text("image"), message: arguments.text("message"), pauses: arguments.flag("pause"))
            }
            try await job.output("image", .string(id))
        },
        Action(
            "exec", title: "Run a command", summary: "Runs a command in a container and waits for its end.", appliesTo: container,
            mutates: true, isDangerous: true,
            parameters: [
                Parameter(
                    "command", .json, "program and arguments",
                    constraint: ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 1000]),
                Parameter("user", .str, "name or number, and group if wanted; empty for the container's own", default: ""),
                Parameter("directory", .str, "where it runs; empty for the container's own", default: ""),
            ]
        ) { try await $0.exec($1, $2, $3) },
        Action(
            "stats", title: "Usage", summary: "Says what a container uses now.", appliesTo: container, isIdempotent: true
        ) { try await $0.stats($2, $3) },
        Action(
            "prune-orphans", title: "Remove orphans", summary: "Shows, and removes, what belongs to no workspace of the deployment.",
            appliesTo: "*", mutates: true, isIdempotent: true, isDangerous: true,
            parameters: [
                Parameter(
                    "keep", .json, "ids of all workspaces that exist; what belongs to them stays",
                    constraint: ["type": "array", "items": ["type": "string"]]),
                Parameter("dry-run", .bool, "whether to only show what would be removed", default: true),
                Parameter("data", .bool, "whether volumes and snapshots go too, which may hold a user's data", default: false),
                Parameter("age", .u64, "seconds that something must exist to be removed", constraint: ["maximum": 31_536_000], default: 60),
            ]
        ) { try await $0.prune($1, $2, $3) },
    ]
}
