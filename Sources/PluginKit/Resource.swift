public import JSON

/// A node of the resource graph.
public struct Resource: Sendable {
    /// What a node stands for: `berth_kind`.
    public enum Kind: UInt32, Sendable {
        case managed = 0
        case data = 1
        case agent = 2
        case app = 3
        case script = 4
        case environment = 5
        case metadata = 6
        case external = 7
    }

    /// What an operation does with it: `berth_change`.
    public enum Change: UInt32, Sendable {
        case none = 1
        case create = 2
        case update = 3
        case replace = 4
        case delete = 5
        case read = 6
    }

    /// Unique in the graph, the same in every operation.
    public var address: String
    /// The type, such as `docker_container`.
    public var type: String
    /// For people.
    public var name: String
    /// What it stands for.
    public var kind: Kind
    /// What is done with it.
    public var change: Change
    /// Identity in the backend; nil while unknown.
    public var remoteID: String?
    /// An object.
    public var attributes: JSONValue
    /// RFC 6901 pointers into the attributes whose values are secrets.
    public var sensitive: [String]
    /// RFC 6901 pointers into the attributes whose values are known only after apply.
    public var unknown: [String]

    /// Describes a node.
    public init(
        _ address: String, type: String, name: String, kind: Kind = .managed, change: Change = .none, remoteID: String? = nil,
        attributes: JSONValue = [:], sensitive: [String] = [], unknown: [String] = []
    ) {
        self.address = address
        self.type = type
        self.name = name
        self.kind = kind
        self.change = change
        self.remoteID = remoteID
        self.attributes = attributes
        self.sensitive = sensitive
        self.unknown = unknown
    }
}

/// What an arrow of the graph says: `berth_edge_kind`.
public enum EdgeKind: UInt32, Sendable {
    /// Created after, deleted before.
    case dependsOn = 1
    /// An agent, and the resource it runs on.
    case runsOn = 2
    /// An app, script or environment variable, and its agent.
    case partOf = 3
    /// Metadata, and the resource it is about.
    case describes = 4
}
