import HCL
import ProviderKit

/// `coder_agent`: what runs in a workspace and connects it to the deployment.
///
/// The token is renewed at every refresh: each build gives the agent a new one, and what holds it (a container's environment, the
/// user data of a machine) changes with it. Where the build says that the agent runs already, its token stays.
enum CoderAgent {
    static func type(_ context: CoderContext) -> CoderResourceType {
        var type = CoderResourceType(block, rules: rules, context: context)
        type.formerDefaults = [
            "startup_script_timeout": .integer(300), "shutdown_script_timeout": .integer(300), "login_before_ready": .true,
        ]
        type.correct = correct
        type.complete = { members, context in
            renew(&members, context)
            if members["display_apps"]?.elements?.isEmpty ?? true { members["display_apps"] = usualApps }
        }
        type.refresh = { members, context in
            renew(&members, context)
            if members["display_apps"]?.elements?.isEmpty ?? true { members["display_apps"] = usualApps }
        }
        return type
    }

    static let systems = ["linux", "darwin", "windows"]
    static let architectures = ["amd64", "armv7", "arm64"]
    static let authentications = ["token", "google-instance-identity", "aws-instance-identity", "azure-instance-identity"]

    private static let rules = CoderRules(
        attributes: [
            .oneOf("os", systems), .oneOf("arch", architectures), .oneOf("auth", authentications),
            .oneOf("api_key_scope", ["all", "no_user_data"]), .oneOf("startup_script_behavior", ["blocking", "non-blocking"]),
            .atLeast("connection_timeout", 0), .atLeast("startup_script_timeout", 1), .atLeast("shutdown_script_timeout", 1),
            .between("resources_monitoring.memory.threshold", 0...100), .between("resources_monitoring.volume.threshold", 0...100),
            .text("resources_monitoring.volume.path") { path in
                path.isEmpty
                    ? "volume path must not be empty" : path.hasPrefix("/") ? nil : "volume path must be an absolute path"
            },
            AttributeRule("dir") { value, _ in
                guard let directory = value.stringValue, !["", "$HOME", "~"].contains(directory) else { return [] }
                return [
                    .warning("\"dir\" is deprecated and will be removed in a future release."),
                    .warning("Setting \"dir\" to a value other than $HOME will break Coder Desktop file sync."),
                ]
            },
        ], conflicts: [.init("login_before_ready", "startup_script_behavior")])

    private static func renew(_ members: inout [String: Value], _ context: CoderContext) {
        func text(_ name: String) -> String { members[name]?.stringValue ?? "" }
        members["token"] = .string(context.agentToken(id: text("id")))
        members["init_script"] = .string(context.initScript(os: text("os"), arch: text("arch"), auth: text("auth")))
    }

    private static func correct(_ change: inout PlannedChange) throws {
        if change.configuration[attribute: "display_apps"].elements?.isEmpty ?? true {
            let prior = change.prior[attribute: "display_apps"]
            change["display_apps"] = change.isCreate || prior.isNull ? .unknown(usualApps.type) : prior
        }
        if let key = firstRepeated(change.planned.blocks("metadata").compactMap { $0.string("key") }) {
            throw ProviderError("duplicate agent metadata key \(key.goQuoted)", at: .attribute("metadata"))
        }
        let monitoring = change.planned.blocks("resources_monitoring")
        if let block = monitoring.first, block.blocks("memory").isEmpty, block.blocks("volume").isEmpty, block.isWhollyKnown {
            throw ProviderError("resources_monitoring must define at least one monitor", at: .attribute("resources_monitoring"))
        }
        if let path = firstRepeated(monitoring.flatMap { $0.blocks("volume") }.compactMap { $0.string("path") }) {
            throw ProviderError("duplicate volume path \(path.goQuoted)", at: .attribute("resources_monitoring"))
        }
    }

    /// What of a list is in it a second time.
    static func firstRepeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}
