package import JSON
import PluginKit

/// What the configuration of a plugin says of templates, whatever the backend is.
package struct TemplateSettings: Sendable {
    /// A directory with modules that is looked into first.
    var moduleMirror: String?
    /// Where registries describe their services, in place of `https://HOST`.
    var moduleRegistries: [String: String]
    /// Whether modules that the mirror does not have are fetched.
    var usesNetwork: Bool

    /// The members of a configuration's schema that belong to it.
    package static let properties: [String: JSONValue] = [
        "module_mirror": [
            "type": "string", "pattern": "^/",
            "description":
                "A directory with modules that is looked into before the network: HOST/NAMESPACE/NAME/SYSTEM/VERSION, git/HOST/PATH/REF, http/HOST/PATH.",
        ],
        "module_registries": [
            "type": "object", "additionalProperties": ["type": "string", "pattern": "^https?://"],
            "description": "URLs at which registries of modules are asked, by their host names.",
        ],
        "module_network": ["type": "boolean", "default": true, "description": "Whether modules may be fetched from the network."],
    ]

    /// - Parameter configuration: fits ``properties``; what does not is left at its default.
    package init(_ configuration: JSONValue) {
        moduleMirror = configuration["module_mirror"]?.stringValue
        moduleRegistries = (configuration["module_registries"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
        usesNetwork = configuration["module_network"]?.boolValue ?? true
    }

    /// Refuses a configuration that does not fit its plugin's schema; not every host can check that.
    ///
    /// - Throws: ``Failure``.
    package static func check(_ configuration: JSONValue, _ schema: JSONValue) throws {
        guard let issue = try JSONSchema(schema).validate(configuration).first else { return }
        throw Failure(
            .invalidArgument, code: "configuration.invalid", summary: "the configuration is not valid: \(issue.message)",
            attribute: issue.pointer.description)
    }
}
