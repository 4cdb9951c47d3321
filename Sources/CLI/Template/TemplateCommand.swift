import ArgumentParser

/// Everything about templates that needs no server.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Work on templates, without a server.",
        discussion: "Parameters of templates follow; this version formats, validates, evaluates, plans, draws and explains.",
        subcommands: [
            FormatCommand.self, ValidateTemplateCommand.self, ConsoleCommand.self, PlanCommand.self, GraphCommand.self, ExplainCommand.self,
        ])
}
