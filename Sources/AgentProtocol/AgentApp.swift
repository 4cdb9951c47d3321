package import JSON

/// An app of a workspace, as far as its agent looks after it.
package struct AgentApp: AgentDocument {
    package struct HealthCheck: Sendable, Hashable {
        package var url: String
        package var intervalSeconds: Int
        /// How many failures in a row make it unhealthy.
        package var threshold: Int

        package init(url: String, intervalSeconds: Int, threshold: Int) {
            (self.url, self.intervalSeconds, self.threshold) = (url, intervalSeconds, threshold)
        }
    }

    package var id: String
    package var slug: String
    package var healthCheck: HealthCheck?

    package init(id: String, slug: String, healthCheck: HealthCheck? = nil) {
        (self.id, self.slug, self.healthCheck) = (id, slug, healthCheck)
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        id = try reader.text("id")
        slug = try reader.text("slug")
        healthCheck = try reader.object("health_check") { json, place throws(DocumentError) in
            let reader = try DocumentReader(json, place)
            return HealthCheck(
                url: try reader.text("url"), intervalSeconds: max(1, try reader.integer("interval_seconds", default: 10)),
                threshold: max(1, try reader.integer("threshold", default: 1)))
        }
    }

    package var json: JSONValue {
        var json: JSONValue = ["id": .string(id), "slug": .string(slug)]
        if let check = healthCheck {
            json["health_check"] = [
                "url": .string(check.url), "interval_seconds": JSONValue(check.intervalSeconds), "threshold": JSONValue(check.threshold),
            ]
        }
        return json
    }
}

/// Whether an app answers.
package struct AgentAppHealth: AgentDocument {
    package enum State: String, Sendable { case disabled, initializing, healthy, unhealthy }

    package var appID: String
    package var state: State

    package init(appID: String, state: State) { (self.appID, self.state) = (appID, state) }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        appID = try reader.text("app_id")
        guard let state = State(rawValue: try reader.text("health")) else { throw DocumentError(message: "\(place).health is unknown") }
        self.state = state
    }

    package var json: JSONValue { ["app_id": .string(appID), "health": .string(state.rawValue)] }
}
