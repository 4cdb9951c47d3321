package import JSON

/// A script that an agent runs: when it starts, when it stops, or by the clock.
package struct AgentScript: AgentDocument {
    package var id: String
    package var displayName: String
    /// Whose lines its output becomes.
    package var logSourceID: String
    /// Where its output is kept in the workspace; a place of the agent's if empty.
    package var logPath = ""
    package var script: String
    /// Six fields, seconds first; none if empty.
    package var cron = ""
    package var runOnStart = false
    package var runOnStop = false
    package var startBlocksLogin = false
    /// None if 0.
    package var timeoutSeconds = 0

    package init(id: String, displayName: String, logSourceID: String, script: String) {
        self.id = id
        self.displayName = displayName
        self.logSourceID = logSourceID
        self.script = script
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        id = try reader.text("id")
        displayName = try reader.optionalText("display_name") ?? ""
        logSourceID = try reader.text("log_source_id")
        logPath = try reader.optionalText("log_path") ?? ""
        script = try reader.text("script")
        cron = try reader.optionalText("cron") ?? ""
        runOnStart = try reader.flag("run_on_start")
        runOnStop = try reader.flag("run_on_stop")
        startBlocksLogin = try reader.flag("start_blocks_login")
        timeoutSeconds = max(0, try reader.integer("timeout_seconds"))
    }

    package var json: JSONValue {
        [
            "id": .string(id), "display_name": .string(displayName), "log_source_id": .string(logSourceID), "log_path": .string(logPath),
            "script": .string(script), "cron": .string(cron), "run_on_start": .bool(runOnStart), "run_on_stop": .bool(runOnStop),
            "start_blocks_login": .bool(startBlocksLogin), "timeout_seconds": JSONValue(timeoutSeconds),
        ]
    }
}

/// How a script ended.
package struct AgentScriptResult: AgentDocument {
    package enum Stage: String, Sendable { case start, stop, cron }
    package enum Status: String, Sendable {
        case ok
        case failed = "exit_failure"
        case timedOut = "timed_out"
        /// It ended, and something it started still writes.
        case pipesLeftOpen = "pipes_left_open"
    }

    package var scriptID: String
    package var stage: Stage
    package var status: Status
    /// 255 if it has none.
    package var exitCode: Int
    /// Milliseconds since 1970.
    package var startedAt: Int
    package var endedAt: Int

    package init(scriptID: String, stage: Stage, status: Status, exitCode: Int, startedAt: Int, endedAt: Int) {
        (self.scriptID, self.stage, self.status) = (scriptID, stage, status)
        (self.exitCode, self.startedAt, self.endedAt) = (exitCode, startedAt, endedAt)
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        scriptID = try reader.text("script_id")
        guard let stage = Stage(rawValue: try reader.text("stage")), let status = Status(rawValue: try reader.text("status")) else {
            throw DocumentError(message: "\(place) has a stage or status that is unknown")
        }
        (self.stage, self.status) = (stage, status)
        exitCode = try reader.integer("exit_code")
        startedAt = try reader.integer("started_at")
        endedAt = try reader.integer("ended_at")
    }

    package var json: JSONValue {
        [
            "script_id": .string(scriptID), "stage": .string(stage.rawValue), "status": .string(status.rawValue),
            "exit_code": JSONValue(exitCode), "started_at": JSONValue(startedAt), "ended_at": JSONValue(endedAt),
        ]
    }
}
