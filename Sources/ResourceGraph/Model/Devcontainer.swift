/// A container that an agent starts from a repository, with an agent of its own in it. Attribute names are those of
/// `coder_devcontainer`.
///
/// In a graph it is a managed node of type ``type`` with an edge part_of to its agent; apps, scripts and environment variables
/// may be part of it as of an agent.
package struct Devcontainer: Sendable, Hashable {
    /// The type of the nodes.
    package static let type = "coder_devcontainer"

    /// Its address in the graph.
    package var address: String
    /// For people.
    package var name: String
    /// The address of the agent that starts it.
    package var agent: String
    /// Its identity, if the template gave it one.
    package var id: String?
    /// The identity of the agent in it, if that is known already.
    package var subagentID: String?
    /// The directory it is for, as the agent's machine sees it.
    package var workspaceFolder: String
    /// Its description; nil: where such files usually are.
    package var configurationPath: String?

    init(_ node: GraphNode, agent: String, _ reader: inout MemberReader) {
        address = node.address
        name = node.name
        self.agent = agent
        id = reader.string("id")
        subagentID = reader.string("subagent_id")
        workspaceFolder = reader.requiredString("workspace_folder")
        configurationPath = reader.string("config_path")
    }
}
