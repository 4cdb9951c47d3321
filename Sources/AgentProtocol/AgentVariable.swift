package import JSON

/// A variable of a workspace's environment, from `coder_agent` or `coder_env`, in the order of the manifest.
package struct AgentVariable: AgentDocument {
    /// What becomes of a value that is there already.
    package enum Strategy: String, Sendable {
        case replace, append, prepend
        /// There must be none: the server refuses the build.
        case error
    }

    package var name: String
    package var value: String
    package var strategy: Strategy

    package init(name: String, value: String, strategy: Strategy = .replace) {
        self.name = name
        self.value = value
        self.strategy = strategy
    }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        name = try reader.text("name")
        value = try reader.optionalText("value") ?? ""
        let text = try reader.optionalText("merge_strategy") ?? "replace"
        guard let known = Strategy(rawValue: text) else { throw DocumentError(message: "\(place).merge_strategy is unknown: \(text)") }
        strategy = known
    }

    package var json: JSONValue {
        ["name": .string(name), "value": .string(value), "merge_strategy": .string(strategy.rawValue)]
    }
}
