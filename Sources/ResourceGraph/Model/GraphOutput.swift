package import JSON

/// A named result of a template or an action.
package struct GraphOutput: Sendable, Hashable {
    /// Unique in its job.
    package var name: String
    /// Any value.
    package var value: JSONValue
    /// True if the value must not be shown.
    package var isSensitive: Bool

    /// A result.
    package init(name: String, value: JSONValue, isSensitive: Bool = false) {
        self.name = name
        self.value = value
        self.isSensitive = isSensitive
    }
}
