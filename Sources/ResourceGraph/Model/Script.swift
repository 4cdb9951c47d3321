/// What an agent runs on start, on stop or by schedule. Attribute names are those of `coder_script`.
package struct Script: Sendable, Hashable {
    /// Its address in the graph.
    package var address: String
    /// The address of the agent that runs it, or of the devcontainer whose agent does.
    package var agent: String
    /// For people.
    package var displayName: String
    /// URL or path of a picture.
    package var icon: String?
    /// The text of the script.
    package var script: String
    /// When it runs, in six fields with seconds; nil: by no schedule.
    package var cron: String?
    /// True if it runs when the agent starts.
    package var runsOnStart: Bool
    /// True if it runs when the agent stops.
    package var runsOnStop: Bool
    /// True if logins wait for it.
    package var startBlocksLogin: Bool
    /// Seconds it may take; 0: no limit.
    package var timeoutSeconds: Int
    /// Where its output goes; nil: the agent chooses.
    package var logPath: String?

    init(_ node: GraphNode, agent: String, _ reader: inout MemberReader) {
        address = node.address
        self.agent = agent
        displayName = reader.string("display_name") ?? node.name
        icon = reader.string("icon")
        script = reader.requiredString("script")
        cron = reader.string("cron").flatMap { $0.isEmpty ? nil : $0 }
        runsOnStart = reader.bool("run_on_start") ?? false
        runsOnStop = reader.bool("run_on_stop") ?? false
        startBlocksLogin = reader.bool("start_blocks_login") ?? false
        timeoutSeconds = reader.int("timeout", in: 0...Int.max) ?? 0
        logPath = reader.string("log_path")
    }
}
