// STAND-IN
package import JSON
package struct GraphNode: Sendable, Equatable {
    package enum Kind: UInt32, Sendable { case managed = 0, data, agent, app, script, environment, metadata, external
        package init(wire: UInt32) { self = Kind(rawValue: wire) ?? .managed } }
    package enum Change: UInt32, Sendable { case none = 1, create, update, replace, delete, read
        package init(wire: UInt32) { self = Change(rawValue: wire) ?? .none } }
    package var kind: Kind; package var change: Change; package var address: String; package var type: String; package var name: String
    package var remoteID: String?; package var attributes: JSONValue; package var sensitive: [JSONPointer]; package var unknown: [JSONPointer]
    package init(kind: Kind, change: Change, address: String, type: String, name: String, remoteID: String?, attributes: JSONValue, sensitive: [JSONPointer], unknown: [JSONPointer]) {
        self.kind = kind; self.change = change; self.address = address; self.type = type; self.name = name; self.remoteID = remoteID; self.attributes = attributes; self.sensitive = sensitive; self.unknown = unknown }
}
package struct GraphEdge: Sendable, Hashable {
    package enum Kind: UInt32, Sendable { case dependsOn = 1, runsOn, partOf, describes
        package init(wire: UInt32) { self = Kind(rawValue: wire) ?? .dependsOn } }
    package var kind: Kind; package var from: String; package var to: String
    package init(kind: Kind, from: String, to: String) { self.kind = kind; self.from = from; self.to = to }
}
package struct GraphOutput: Sendable, Equatable { package var name: String; package var value: JSONValue; package var isSensitive: Bool
    package init(name: String, value: JSONValue, isSensitive: Bool) { self.name = name; self.value = value; self.isSensitive = isSensitive } }
package struct ResourceGraph: Sendable { package enum S { case redact, include }
 package func json(sensitive: S) -> JSONValue { .null } }
package struct ResourceGraphBuilder: Sendable {
    package private(set) var nodes: [GraphNode] = []; package private(set) var outputs: [GraphOutput] = []
    package init() {}
    package mutating func add(_ n: GraphNode) throws { nodes.append(n) }
    package mutating func add(_ n: GraphEdge) throws { }
    package mutating func add(_ n: GraphOutput) throws { outputs.append(n) }
    package func build() throws -> ResourceGraph { ResourceGraph() }
}
