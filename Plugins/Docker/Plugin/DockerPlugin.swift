import DockerProvider
package import JSON
package import PluginKit
package import TemplatePlugin

/// Runs standard Docker templates straight on a Docker Engine.
package struct DockerPlugin: TemplatePlugin {
    package let templates: TemplateRunner
    let defaults: DockerDefaults

    package static let info = PluginInfo(
        id: "dev.berth.docker", name: "docker", version: "1.0.0", summary: "Workspaces in containers of a Docker Engine",
        capabilities: PluginInfo.Capability.ofTemplates.union([.inventory]), configurationSchema: DockerSettings.schema)

    package init(configuration: JSONValue, host: HostInfo) throws {
        try TemplateSettings.check(configuration, Self.info.configurationSchema)
        defaults = DockerSettings(configuration).defaults
        templates = TemplateRunner(
            providers: [DockerProvider(defaults: defaults)], settings: TemplateSettings(configuration), host: host,
            variableNames: DockerDefaults.variableNames)
    }
}
