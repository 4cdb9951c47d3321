/// What an edge says. The raw values are those of `berth_edge_kind`.
package enum EdgeKind: UInt32, Sendable, CaseIterable {
    /// The first is created after the second and deleted before it.
    case dependsOn = 1
    /// An agent runs on a resource.
    case runsOn = 2
    /// An app, script or environment variable belongs to an agent.
    case partOf = 3
    /// Metadata is about a resource.
    case describes = 4

    /// The kind as it crosses the plugin boundary; a number that we do not know counts as a dependency.
    package init(abiValue: UInt32) {
        self = EdgeKind(rawValue: abiValue) ?? .dependsOn
    }

    /// The kind in documents and messages: `depends_on`, `runs_on`, `part_of`, `describes`.
    package var name: String {
        switch self {
        case .dependsOn: "depends_on"
        case .runsOn: "runs_on"
        case .partOf: "part_of"
        case .describes: "describes"
        }
    }
}
