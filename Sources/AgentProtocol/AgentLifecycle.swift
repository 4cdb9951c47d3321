package import JSON

/// Where an agent is in its life. It goes forward only, in this order.
package enum AgentLifecycleState: String, Sendable, CaseIterable, Comparable {
    /// The server knows of it, it has not come yet.
    case created
    /// Its start scripts run.
    case starting
    /// A start script takes longer than it may.
    case startTimeout = "start_timeout"
    /// A start script failed. The workspace can be used.
    case startError = "start_error"
    case ready
    /// Its stop scripts run.
    case shuttingDown = "shutting_down"
    case shutdownTimeout = "shutdown_timeout"
    case shutdownError = "shutdown_error"
    case off

    package static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// That an agent came to a state.
package struct AgentLifecycleChange: AgentDocument {
    package var state: AgentLifecycleState
    /// Milliseconds since 1970, by the workspace's clock, which may be off.
    package var changedAt: Int

    package init(state: AgentLifecycleState, changedAt: Int) { (self.state, self.changedAt) = (state, changedAt) }

    package init(json: JSONValue, at place: String = "lifecycle") throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        let text = try reader.text("state")
        guard let state = AgentLifecycleState(rawValue: text) else { throw DocumentError(message: "\(place).state is unknown: \(text)") }
        self.state = state
        changedAt = try reader.integer("changed_at")
    }

    package var json: JSONValue { ["state": .string(state.rawValue), "changed_at": JSONValue(changedAt)] }
}

/// What an agent says of itself when it begins.
package struct AgentStartup: AgentDocument {
    package var version: String
    package var expandedDirectory: String
    package var subsystems: [String]

    package init(version: String, expandedDirectory: String, subsystems: [String] = []) {
        (self.version, self.expandedDirectory, self.subsystems) = (version, expandedDirectory, subsystems)
    }

    package init(json: JSONValue, at place: String = "startup") throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        version = try reader.text("version")
        expandedDirectory = try reader.optionalText("expanded_directory") ?? ""
        subsystems = try reader.texts("subsystems", max: 16)
    }

    package var json: JSONValue {
        [
            "version": .string(version), "expanded_directory": .string(expandedDirectory),
            "subsystems": .array(subsystems.map { .string($0) }),
        ]
    }
}
