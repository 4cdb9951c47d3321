/// What a node of the graph stands for. The raw values are those of `berth_kind`.
package enum NodeKind: UInt32, Sendable, CaseIterable {
    /// Exists in the backend because a template says so.
    case managed = 0
    /// Was looked up.
    case data = 1
    /// An agent that will connect from a resource.
    case agent = 2
    /// Something an agent's machine serves.
    case app = 3
    /// What an agent runs on start, on stop or by schedule.
    case script = 4
    /// An environment variable of an agent's sessions.
    case environment = 5
    /// What the user is shown about a resource.
    case metadata = 6
    /// Stands for a thing that nobody here creates or deletes.
    case external = 7

    /// The kind as it crosses the plugin boundary; a number that we do not know counts as managed.
    package init(abiValue: UInt32) {
        self = NodeKind(rawValue: abiValue) ?? .managed
    }

    /// The kind in documents and messages: `managed`, `data`, `agent`, `app`, `script`, `env`, `metadata`, `external`.
    package var name: String {
        switch self {
        case .managed: "managed"
        case .data: "data"
        case .agent: "agent"
        case .app: "app"
        case .script: "script"
        case .environment: "env"
        case .metadata: "metadata"
        case .external: "external"
        }
    }

    /// True for what lives in a backend or was looked up there, false for what Berth itself makes of it.
    package var isResource: Bool {
        switch self {
        case .managed, .data, .external: true
        case .agent, .app, .script, .environment, .metadata: false
        }
    }
}
