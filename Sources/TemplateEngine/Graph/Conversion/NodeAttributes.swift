import HCL
import JSON
import ResourceGraph
import TemplateConfiguration

/// Brings the attributes of an instance to the shape that the kind of its node has.
struct NodeAttributes {
    private let instance: ResourceSet.Instance
    private var attributes: JSONValue
    private var sensitive: Set<JSONPointer>
    private var unknown: Set<JSONPointer>

    /// - Parameter instanceID: of the machine of an agent that proves by it who it is.
    init(_ instance: ResourceSet.Instance, instanceID: String?) {
        self.instance = instance
        attributes = instance.attributes
        sensitive = instance.sensitive
        unknown = instance.unknown
        if let instanceID { attributes["instance_id"] = .string(instanceID) }
    }

    func node(_ kind: NodeKind, name: String) -> GraphNode {
        var copy = self
        switch kind {
        case .agent:
            copy.unwrap(["display_apps"])
            copy.unwrap(["resources_monitoring"])
            copy.unwrap(["resources_monitoring", "memory"])
            copy.useSecondName()
        case .app:
            copy.unwrap(["healthcheck"])
            copy.useSecondName()
        default: break
        }
        return GraphNode(
            kind: kind, change: instance.change, address: instance.address.description, type: instance.address.resource.type, name: name,
            remoteID: kind.isResource ? copy.attributes["id"]?.stringValue : nil, attributes: copy.attributes,
            sensitive: copy.sensitive.sortedByText, unknown: copy.unknown.sortedByText)
    }

    /// A block that may occur once is a list in a state, and an object, or absent, in a graph.
    private mutating func unwrap(_ path: [String]) {
        let pointer = JSONPointer(tokens: path)
        guard let list = attributes.value(at: pointer)?.arrayValue, list.count < 2 else { return }
        attributes.set(list.first, at: path[...])
        let inner = path + ["0"]
        for keyPath in [\NodeAttributes.sensitive, \.unknown] {
            self[keyPath: keyPath] = Set(
                self[keyPath: keyPath].map { found in
                    found.tokens.starts(with: inner) ? JSONPointer(tokens: path + found.tokens.dropFirst(inner.count)) : found
                })
        }
    }

    /// Attributes of old versions of the provider that have another name today.
    private mutating func useSecondName() {
        if attributes["display_name"]?.stringValue == nil, let name = attributes["name"]?.stringValue {
            attributes["display_name"] = .string(name)
        }
        if attributes["startup_script_behavior"]?.stringValue == nil, attributes["login_before_ready"]?.boolValue == false {
            attributes["startup_script_behavior"] = "blocking"
        }
    }
}

extension Set<JSONPointer> {
    /// In an order that is the same for equal sets.
    fileprivate var sortedByText: [JSONPointer] { sorted { $0.description < $1.description } }
}

extension JSONValue {
    /// Sets or removes what a path of members leads to.
    fileprivate mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        if path.count == 1 {
            self[name] = value
        } else if var member = self[name] {
            member.set(value, at: path.dropFirst())
            self[name] = member
        }
    }
}
