import HCL
import ProviderKit

/// `coder_devcontainer`: a container for development that an agent starts, with an agent of its own in it.
enum CoderDevcontainer {
    static func type(_ context: CoderContext) -> CoderResourceType {
        let block = BlockSchema(
            attributes: [
                "id": .identifier, "agent_id": .required, "workspace_folder": .required, "config_path": .text,
                "subagent_id": .computed(.string),
            ], description: "Define a Dev Container the agent should know of and attempt to autostart.")
        var type = CoderResourceType(block, rules: CoderRules(attributes: [.notEmpty("workspace_folder")]), context: context)
        type.complete = { members, context in members["subagent_id"] = .string(context.makeUUID()) }
        return type
    }
}
