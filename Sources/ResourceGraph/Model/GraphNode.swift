package import JSON

/// A node as a plugin reports it: the raw form of everything in a graph.
package struct GraphNode: Sendable, Hashable {
    /// What it stands for.
    package var kind: NodeKind
    /// What is done with it.
    package var change: ResourceChange
    /// Unique in the graph, the same in plan, apply and read: `docker_container.workspace[0]`.
    package var address: String
    /// `docker_container`.
    package var type: String
    /// For people. The name of an agent is what users type.
    package var name: String
    /// Identity in the backend; nil while unknown.
    package var remoteID: String?
    /// An object. Its shape belongs to the plugin for resources, and to us for the other kinds.
    package var attributes: JSONValue
    /// What in the attributes is secret.
    package var sensitive: [JSONPointer]
    /// What in the attributes is known only after apply.
    package var unknown: [JSONPointer]

    /// A node of the given parts; most have a usual value.
    package init(
        kind: NodeKind = .managed, change: ResourceChange = .none, address: String, type: String, name: String, remoteID: String? = nil,
        attributes: JSONValue = [:], sensitive: [JSONPointer] = [], unknown: [JSONPointer] = []
    ) {
        self.kind = kind
        self.change = change
        self.address = address
        self.type = type
        self.name = name
        self.remoteID = remoteID
        self.attributes = attributes
        self.sensitive = sensitive
        self.unknown = unknown
    }

    /// What must not be shown: what the plugin marked, an agent's token, and items of metadata that say so.
    package var secrets: [JSONPointer] {
        var secrets = sensitive
        if kind == .agent { secrets.append(JSONPointer(tokens: ["token"])) }
        if kind == .metadata {
            for list in ["items", "item"] {
                for (index, item) in (attributes[list]?.arrayValue ?? []).enumerated() where item["sensitive"]?.boolValue == true {
                    secrets.append(JSONPointer(tokens: [list, String(index), "value"]))
                }
            }
        }
        return secrets
    }
}
