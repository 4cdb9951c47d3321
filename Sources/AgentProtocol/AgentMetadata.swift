package import JSON

/// What an agent measures by a script, again and again.
package struct AgentMetadataDescription: AgentDocument {
    package var key: String
    package var displayName: String
    package var script: String
    /// Once, if 0.
    package var intervalSeconds: Int
    /// The interval, or 3 s, if 0.
    package var timeoutSeconds: Int

    package init(key: String, displayName: String, script: String, intervalSeconds: Int, timeoutSeconds: Int = 0) {
        (self.key, self.displayName, self.script) = (key, displayName, script)
        (self.intervalSeconds, self.timeoutSeconds) = (intervalSeconds, timeoutSeconds)
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        key = try reader.text("key")
        displayName = try reader.optionalText("display_name") ?? ""
        script = try reader.text("script")
        intervalSeconds = max(0, try reader.integer("interval_seconds"))
        timeoutSeconds = max(0, try reader.integer("timeout_seconds"))
    }

    package var json: JSONValue {
        [
            "key": .string(key), "display_name": .string(displayName), "script": .string(script),
            "interval_seconds": JSONValue(intervalSeconds), "timeout_seconds": JSONValue(timeoutSeconds),
        ]
    }
}

/// What was measured.
package struct AgentMetadataResult: AgentDocument {
    package var key: String
    /// At most 10 KiB.
    package var value: String
    /// Empty if it went well.
    package var error: String
    /// Milliseconds since 1970.
    package var collectedAt: Int

    package init(key: String, value: String, error: String, collectedAt: Int) {
        (self.key, self.value, self.error, self.collectedAt) = (key, value, error, collectedAt)
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        key = try reader.text("key")
        value = try reader.optionalText("value") ?? ""
        error = try reader.optionalText("error") ?? ""
        collectedAt = try reader.integer("collected_at")
    }

    package var json: JSONValue {
        ["key": .string(key), "value": .string(value), "error": .string(error), "collected_at": JSONValue(collectedAt)]
    }
}
