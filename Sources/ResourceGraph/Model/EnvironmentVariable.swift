/// An environment variable of an agent's sessions. Attribute names are those of `coder_env`.
package struct EnvironmentVariable: Sendable, Hashable {
    /// What happens when the variable has a value already.
    package enum MergeStrategy: String, Sendable, CaseIterable {
        /// The new value stands.
        case replace
        /// The new value goes behind the old one and a colon.
        case append
        /// The new value goes before the old one and a colon.
        case prepend
        /// That is an error.
        case error
    }

    /// Its address in the graph.
    package var address: String
    /// The address of the agent whose sessions have it, or of the devcontainer whose agent's do.
    package var agent: String
    /// Its name.
    package var name: String
    /// Its value.
    package var value: String
    /// What happens when there is one already.
    package var mergeStrategy: MergeStrategy

    init(_ node: GraphNode, agent: String, _ reader: inout MemberReader) {
        address = node.address
        self.agent = agent
        name = reader.requiredString("name")
        value = reader.string("value") ?? ""
        mergeStrategy = reader.choice("merge_strategy") ?? .replace
        if !name.isEmpty, !GraphNames.isEnvironmentName(name) {
            reader.fault("name", "must be letters, digits and _ and not begin with a digit")
        }
        if value.utf8.contains(0) { reader.fault("value", "has a NUL character") }
    }
}
