import APIClient
import ArgumentParser
import JSON

/// `berth templates`: those of a server; `berth template` works on files without one.
struct TemplatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "The templates of a server.", subcommands: [PushCommand.self, TemplateListCommand.self],
        aliases: [])
}

/// `berth templates list`
struct TemplateListCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List templates.", aliases: ["ls"])

    @Option(name: .shortAndLong, help: "Columns to show, with commas between them.")
    var column: [String] = []
    @Option(name: .shortAndLong, help: "table or json.")
    var output: ListFormat = .table
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let templates = try await options.client().get("/api/v2/templates")
        if output == .json { return print(templates.serialized(pretty: true)) }
        let table = ResultTable<JSONValue>(
            columns: [
                .init("name") { $0.text("name") }, .init("display name") { $0.text("display_name") },
                .init("organization name") { $0.text("organization_name") },
                .init("last updated") { $0.seconds(fromNowTo: "updated_at").map(Moments.relative) ?? "" },
                .init("created at") { $0.text("created_at") }, .init("active version id") { $0.text("active_version_id") },
                .init("provisioner") { $0.text("provisioner") },
                .init("used by") { "\($0["active_user_count"]?.intValue ?? 0) developers" },
                .init("default ttl") { Moments.duration(seconds: ($0["default_ttl_ms"]?.intValue ?? 0) / 1000) },
            ], usual: ["name", "organization name", "last updated", "used by"])
        let rows = templates.arrayValue ?? []
        if rows.isEmpty { return Terminal.note("There are no templates yet; \"berth templates push\" makes one of a directory.") }
        print(try table.text(rows, columns: column))
    }
}
