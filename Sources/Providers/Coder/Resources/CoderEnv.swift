import HCL
import ProviderKit

/// `coder_env`: a variable of an agent's environment.
enum CoderEnv {
    static func type(_ context: CoderContext) -> CoderResourceType {
        let block = BlockSchema(
            attributes: [
                "id": .identifier, "agent_id": .required, "name": .required, "value": .text, "merge_strategy": .text(default: "replace"),
            ], description: "Use this resource to set an environment variable in a workspace.")
        return CoderResourceType(block, rules: rules, context: context)
    }

    static let name = TextPattern("^[a-zA-Z_][a-zA-Z0-9_]*$")

    private static let rules = CoderRules(attributes: [
        .text("name") { name.matches($0) ? nil : "invalid value for name (must be a valid environment variable name)" },
        .oneOf("merge_strategy", ["replace", "append", "prepend", "error"]),
    ])
}
