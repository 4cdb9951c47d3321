import ArgumentParser
import PluginLoading

/// The `berth` command.
@main
struct Berth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth",
        abstract: "Development environments on your own machines.",
        discussion: "This version holds the plugin host; the server follows.",
        version: hostVersion,
        subcommands: [PluginCommand.self])
}

/// Everything about plugins.
struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Find, check, run and write provisioner plugins.",
        subcommands: [
            ListCommand.self, InfoCommand.self, ActionsCommand.self, RunCommand.self, CallCommand.self, NewCommand.self,
        ])
}
