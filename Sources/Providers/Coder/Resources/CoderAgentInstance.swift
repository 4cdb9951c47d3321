import HCL
import ProviderKit

/// `coder_agent_instance`: says which machine of a cloud an agent runs on, if the resource cannot be asked.
enum CoderAgentInstance {
    static func type(_ context: CoderContext) -> CoderResourceType {
        let block = BlockSchema(
            attributes: ["id": .identifier, "agent_id": .required, "instance_id": .required],
            description: "Use this resource to associate an instance ID with an agent for zero-trust authentication.")
        return CoderResourceType(block, version: 0, context: context)
    }
}

/// `coder_external_agent`: an agent on a machine that nobody here starts.
enum CoderExternalAgent {
    static func type(_ context: CoderContext) -> CoderResourceType {
        let block = BlockSchema(
            attributes: ["id": .identifier, "agent_id": .required],
            description: "Define an external agent to be used in a workspace.")
        return CoderResourceType(block, context: context)
    }
}
