import ArgumentParser

/// Everything about templates that needs no server.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Work on templates, without a server.",
        discussion: "Planning, parameters and graphs of templates follow; this version formats and evaluates.",
        subcommands: [FormatCommand.self, ConsoleCommand.self])
}
