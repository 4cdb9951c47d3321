package import JSON

/// A line of a script's, or of the agent's own.
package struct AgentLogLine: AgentDocument {
    package enum Level: String, Sendable { case debug, info, warn, error }

    package var sourceID: String
    package var level: Level
    package var text: String
    /// Milliseconds since 1970.
    package var at: Int

    package init(sourceID: String, level: Level, text: String, at: Int) {
        (self.sourceID, self.level, self.text, self.at) = (sourceID, level, text, at)
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        sourceID = try reader.text("source_id")
        level = Level(rawValue: try reader.optionalText("level") ?? "info") ?? .info
        text = try reader.text("text")
        at = try reader.integer("at")
    }

    package var json: JSONValue {
        ["source_id": .string(sourceID), "level": .string(level.rawValue), "text": .string(text), "at": JSONValue(at)]
    }
}

/// What an agent has to say since it last said something; sent as one document, so that order is kept and requests are few.
///
/// Sending it again must do no harm: an agent does so when no answer came.
package struct AgentReport: AgentDocument {
    /// Counts an agent's reports from 1 in each of its runs: one that was seen already is to be passed over.
    package var number = 0
    /// Differs with each run of the agent.
    package var run = ""
    package var startup: AgentStartup?
    package var lifecycle: [AgentLifecycleChange] = []
    package var logs: [AgentLogLine] = []
    /// Whether lines were left out because there were too many.
    package var logsOverflowed = false
    package var scripts: [AgentScriptResult] = []
    package var metadata: [AgentMetadataResult] = []
    package var appHealth: [AgentAppHealth] = []
    package var stats: AgentStats?

    package init() {}

    package var isEmpty: Bool {
        startup == nil && lifecycle.isEmpty && logs.isEmpty && scripts.isEmpty && metadata.isEmpty && appHealth.isEmpty && stats == nil
    }

    package init(json: JSONValue, at place: String = "report") throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        number = try reader.integer("number")
        run = try reader.text("run")
        startup = try reader.object("startup") { json, place throws(DocumentError) in try AgentStartup(json: json, at: place) }
        lifecycle = try reader.list("lifecycle", max: 64) { json, place throws(DocumentError) in try AgentLifecycleChange(json: json, at: place) }
        logs = try reader.list("logs", max: 10_000) { json, place throws(DocumentError) in try AgentLogLine(json: json, at: place) }
        logsOverflowed = try reader.flag("logs_overflowed")
        scripts = try reader.list("scripts", max: 4096) { json, place throws(DocumentError) in try AgentScriptResult(json: json, at: place) }
        metadata = try reader.list("metadata", max: 1024) { json, place throws(DocumentError) in try AgentMetadataResult(json: json, at: place) }
        appHealth = try reader.list("app_health", max: 1024) { json, place throws(DocumentError) in try AgentAppHealth(json: json, at: place) }
        stats = try reader.object("stats") { json, place throws(DocumentError) in try AgentStats(json: json, at: place) }
    }

    package var json: JSONValue {
        var json: JSONValue = ["number": JSONValue(number), "run": .string(run)]
        if let startup { json["startup"] = startup.json }
        if !lifecycle.isEmpty { json["lifecycle"] = .array(lifecycle.map(\.json)) }
        if !logs.isEmpty { json["logs"] = .array(logs.map(\.json)) }
        if logsOverflowed { json["logs_overflowed"] = true }
        if !scripts.isEmpty { json["scripts"] = .array(scripts.map(\.json)) }
        if !metadata.isEmpty { json["metadata"] = .array(metadata.map(\.json)) }
        if !appHealth.isEmpty { json["app_health"] = .array(appHealth.map(\.json)) }
        if let stats { json["stats"] = stats.json }
        return json
    }
}
