import JSON

/// What the plugin knows of one workspace: handles of what exists, and the one thing that is about to be done.
struct SimState: Sendable {
    /// A resource whose handle is known.
    struct Known: Sendable {
        var id: String
        var kind: String
        var name: String
        var attributes: [String: JSONValue]
        /// Addresses it depends on.
        var dependencies: [String]
    }

    /// What is about to be done; written down before it is done.
    enum Intent: Sendable {
        case create(address: String, backendName: String, kind: String, name: String, dependencies: [String])
        case update(address: String, attributes: [String: JSONValue])
        case delete(address: String)
    }

    var known: [String: Known] = [:]
    var intent: Intent?
    /// The address of the resource that the agent runs on.
    var agentHost: String?

    init() {}

    init(_ json: JSONValue?) {
        guard let json else { return }
        for (address, item) in json["known"]?.objectValue ?? [:] {
            known[address] = Known(
                id: item["id"]?.stringValue ?? "", kind: item["kind"]?.stringValue ?? "", name: item["name"]?.stringValue ?? "",
                attributes: item["attributes"]?.objectValue ?? [:],
                dependencies: (item["depends_on"]?.arrayValue ?? []).compactMap(\.stringValue))
        }
        agentHost = json["agent_host"]?.stringValue
        if let intent = json["intent"], let address = intent["address"]?.stringValue {
            switch intent["action"]?.stringValue {
            case "create":
                self.intent = .create(
                    address: address, backendName: intent["backend_name"]?.stringValue ?? "", kind: intent["kind"]?.stringValue ?? "",
                    name: intent["name"]?.stringValue ?? "",
                    dependencies: (intent["depends_on"]?.arrayValue ?? []).compactMap(\.stringValue))
            case "update": self.intent = .update(address: address, attributes: intent["attributes"]?.objectValue ?? [:])
            case "delete": self.intent = .delete(address: address)
            default: break
            }
        }
    }

    var json: JSONValue {
        var document: [String: JSONValue] = [
            "known": .object(
                known.mapValues {
                    [
                        "id": .string($0.id), "kind": .string($0.kind), "name": .string($0.name), "attributes": .object($0.attributes),
                        "depends_on": .array($0.dependencies.map { .string($0) }),
                    ]
                })
        ]
        if let agentHost { document["agent_host"] = .string(agentHost) }
        switch intent {
        case .create(let address, let backendName, let kind, let name, let dependencies):
            document["intent"] = [
                "action": "create", "address": .string(address), "backend_name": .string(backendName), "kind": .string(kind),
                "name": .string(name), "depends_on": .array(dependencies.map { .string($0) }),
            ]
        case .update(let address, let attributes):
            document["intent"] = ["action": "update", "address": .string(address), "attributes": .object(attributes)]
        case .delete(let address): document["intent"] = ["action": "delete", "address": .string(address)]
        case nil: break
        }
        return .object(document)
    }
}
