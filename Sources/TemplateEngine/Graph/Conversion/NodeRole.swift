import HCL
import ResourceGraph

/// What a resource of a template is in the graph.
enum NodeRole: Hashable {
    case node(NodeKind)
    case devcontainer
    /// Gives an agent its instance, and is no node.
    case agentInstance
    /// Lives while a template runs only.
    case nothing

    init(_ resource: ResourceAddress, isDeleted: Bool) {
        switch (resource.mode, resource.type) {
        case (.ephemeral, _): self = .nothing
        case (.data, _): self = .node(.data)
        case (.managed, let type):
            let special = Self.special[type]
            // What is going makes nothing of the workspace any more.
            self = isDeleted && special != nil ? .nothing : special ?? .node(.managed)
        }
    }

    private static let special: [String: NodeRole] = [
        "coder_agent": .node(.agent), "coder_app": .node(.app), "coder_script": .node(.script), "coder_env": .node(.environment),
        "coder_metadata": .node(.metadata), "coder_external_agent": .node(.external), "coder_devcontainer": .devcontainer,
        "coder_agent_instance": .agentInstance,
    ]

    var kind: NodeKind? {
        switch self {
        case .node(let kind): kind
        case .devcontainer: .managed
        case .agentInstance, .nothing: nil
        }
    }

    /// For people.
    var name: String {
        switch self {
        case .node(.environment): "variable"
        case .node(let kind): kind.name
        case .devcontainer: "devcontainer"
        case .agentInstance: "agent instance"
        case .nothing: "resource"
        }
    }
}

extension ResourceAddress {
    /// Whether an agent may run on it, and metadata be about it without naming it.
    var canHost: Bool { mode == .managed && (!type.hasPrefix("coder_") || type == "coder_external_agent") }
}
