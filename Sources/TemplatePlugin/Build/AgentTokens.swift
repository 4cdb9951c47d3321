import HCL
import JSON
import TemplateConfiguration
import TemplateState

/// The tokens of the agents in a state: agents that run already keep theirs, so that a build without changes changes nothing.
struct AgentTokens {
    /// By the agent's identifier.
    private(set) var byAgent: [String: String] = [:]

    init(_ state: State?) {
        for (address, resource) in state?.resources ?? [:]
        where address.resource.mode == .managed && address.resource.type == "coder_agent" {
            for instance in resource.instances.values {
                // What cannot be read is told by whoever uses it.
                guard let text = instance.current?.attributes, let attributes = try? JSONValue(parsing: text) else { continue }
                guard let id = attributes["id"]?.stringValue, let token = attributes["token"]?.stringValue, !token.isEmpty else { continue }
                byAgent[id] = token
            }
        }
    }
}
