import HCL
import ProviderKit

/// `coder_provisioner`: the machine that builds.
enum CoderProvisioner {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let block = BlockSchema(
            attributes: ["id": .identifier, "os": .computed(.string), "arch": .computed(.string)],
            description: "Use this data source to get information about the Coder provisioner.")
        return CoderDataSource(block, context: context) { members, context in
            members["id"] = .string(context.makeUUID())
            members["os"] = .string(system)
            members["arch"] = .string(architecture)
        }
    }

    private static var system: String {
        #if os(macOS)
            "darwin"
        #else
            "linux"
        #endif
    }

    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #elseif arch(arm)
            "armv7"
        #else
            "amd64"
        #endif
    }
}

/// `coder_agent_script`: what installs and starts an agent, before version 0.3.
enum CoderAgentScript {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let rules = CoderRules(attributes: [
            .oneOf("os", CoderAgent.systems), .oneOf("arch", CoderAgent.architectures), .oneOf("auth", CoderAgent.authentications),
        ])
        let block = BlockSchema(
            attributes: [
                "id": .identifier, "os": AttributeSchema(.string, .required), "arch": AttributeSchema(.string, .required),
                "auth": AttributeSchema(.string, .optional, fallback: .string("token")), "value": .computed(.string),
            ], deprecation: "Use the attribute `init_script` of the resource `coder_agent` instead.")
        return CoderDataSource(block, version: 0, rules: rules, context: context) { members, context in
            func text(_ name: String) -> String { members[name]?.stringValue ?? "" }
            members["value"] = .string(context.initScript(os: text("os"), arch: text("arch"), auth: text("auth")))
            members["id"] = .string(text("os") + "_" + text("arch"))
        }
    }
}
