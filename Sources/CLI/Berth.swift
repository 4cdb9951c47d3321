import ArgumentParser
import CShims
import Glibc
import PluginConformance
import PluginLoading

/// Where the program begins.
@main
struct Main {
    static func main() async {
        // Threads' heaps grow in pieces of this size: in pages, as without it, every few allocations ask the kernel.
        cshims_grow_heaps_by(4 << 20)
        // A conformance test is a process of its own, started by `berth plugin validate` and meant for nobody else.
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.starts(with: ConformanceChild.command) { exit(ConformanceChild.main(arguments: arguments)) }
        await Berth.main()
    }
}

/// The `berth` command.
struct Berth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth",
        abstract: "Development environments on your own machines.",
        version: hostVersion,
        subcommands: [
            ServerCommand.self, LoginCommand.self, LogoutCommand.self, WhoAmICommand.self, TemplatesCommand.self, CreateCommand.self,
            WorkspaceListCommand.self, ShowCommand.self, StartCommand.self, StopCommand.self, RestartCommand.self, UpdateCommand.self,
            DeleteCommand.self, LogsCommand.self, SSHCommand.self, ConfigSSHCommand.self, TemplateCommand.self, PluginCommand.self,
        ])
}

/// Everything about plugins.
struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Find, check, run and write provisioner plugins.",
        subcommands: [
            ListCommand.self, InfoCommand.self, ValidateCommand.self, ActionsCommand.self, RunCommand.self, CallCommand.self,
            NewCommand.self,
        ])
}
