import ArgumentParser

/// Everything about templates that needs no server.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Work on templates, without a server.",
        discussion: """
            A template is a directory in the language of Terraform. These commands read it and change nothing, but for fmt, \
            which formats files, and modules, which fetches what others provide. Exit status: 0 if all is well, 1 if something \
            was found, 64 if the command was given something it does not understand.
            """,
        subcommands: [
            FormatCommand.self, ModulesCommand.self, ValidateTemplateCommand.self, ParametersCommand.self, ConsoleCommand.self,
            PlanCommand.self, GraphCommand.self, ExplainCommand.self,
        ])
}
