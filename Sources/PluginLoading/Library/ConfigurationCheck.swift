package import JSON

/// Compares a plugin's configuration with the schema it publishes, before the plugin sees it.
package enum ConfigurationCheck {
    /// - Throws: ``PluginError`` with code `configuration` that names the member, or `protocolViolation` if the schema itself is unusable.
    package static func check(_ configuration: JSONValue, against descriptor: PluginDescriptor) throws(PluginError) {
        let schema: JSONSchema
        do { schema = try JSONSchema(JSONValue(parsing: descriptor.configurationSchema)) } catch {
            throw PluginError(.protocolViolation, "its configuration schema is unusable", plugin: descriptor.id, cause: error)
        }
        let issues = schema.validate(configuration)
        guard let first = issues.first else { return }
        let more = issues.count > 1 ? " (and \(issues.count - 1) more)" : ""
        throw PluginError(.configuration, "configuration: \(first)\(more)", plugin: descriptor.id)
    }
}
