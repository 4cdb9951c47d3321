import APIClient
import ArgumentParser
import JSON

/// `berth list`
struct WorkspaceListCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List workspaces.", aliases: ["ls"])

    @Flag(name: .shortAndLong, help: "Those of all users, as far as you may see them.")
    var all = false
    @Option(name: .long, help: "Which, in the search language: owner:me status:running template:docker NAME.")
    var search = "owner:me"
    @Option(name: .shortAndLong, help: "Columns to show, with commas between them.")
    var column: [String] = []
    @Option(name: .shortAndLong, help: "table or json.")
    var output: ListFormat = .table
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await client.get("/api/v2/workspaces", query: [("q", all ? "" : search)])
        let rows = found["workspaces"]?.arrayValue ?? []
        if output == .json { return print(JSONValue.array(rows).serialized(pretty: true)) }
        if rows.isEmpty { return Terminal.note("There are none. Make one: berth create --template TEMPLATE NAME") }
        let table = ResultTable<JSONValue>(
            columns: [
                .init("workspace") { "\($0.text("owner_name"))/\($0.text("name"))" }, .init("template") { $0.text("template_name") },
                .init("status") { $0["latest_build"]?.text("status") ?? "" },
                .init("healthy") { ($0["health"]?["healthy"]?.boolValue ?? true) ? "true" : "false" },
                .init("last built") { $0["latest_build"]?.seconds(fromNowTo: "created_at").map(Moments.relative) ?? "" },
                .init("current version") { $0["latest_build"]?.text("template_version_name") ?? "" },
                .init("outdated") { ($0["outdated"]?.boolValue ?? false) ? "true" : "false" },
                .init("starts at") { $0.text("autostart_schedule") },
                .init("starts next") { $0.seconds(fromNowTo: "next_start_at").map(Moments.relative) ?? "" },
                .init("stops after") { $0["ttl_ms"]?.intValue.map { Moments.duration(seconds: $0 / 1000) } ?? "" },
                .init("stops next") { $0["latest_build"]?.seconds(fromNowTo: "deadline").map(Moments.relative) ?? "" },
                .init("organization id") { $0.text("organization_id") }, .init("organization name") { $0.text("organization_name") },
                .init("favorite") { ($0["favorite"]?.boolValue ?? false) ? "true" : "false" },
                .init("daily cost") { "\($0["latest_build"]?["daily_cost"]?.intValue ?? 0)" },
            ], usual: ["workspace", "template", "status", "healthy", "last built", "current version"])
        print(try table.text(rows, columns: column))
    }
}

/// `berth show`
struct ShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what a workspace is made of, and its agents.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @Option(name: .shortAndLong, help: "text or json.")
    var output: OutputFormat = .text
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let found = try await WorkspaceName(workspace).find(try options.client())
        if output == .json { return print(found.serialized(pretty: true)) }
        let build = found["latest_build"] ?? [:]
        print("\(found.text("owner_name"))/\(found.text("name")) of template \(found.text("template_name")): \(build.text("status"))")
        for resource in build["resources"]?.arrayValue ?? [] where resource["hide"]?.boolValue != true {
            print("  \(resource.text("type")).\(resource.text("name"))")
            for agent in resource["agents"]?.arrayValue ?? [] {
                print(
                    "    agent \(agent.text("name")) (\(agent.text("operating_system")), \(agent.text("architecture"))): \(agent.text("status")), \(agent.text("lifecycle_state"))"
                )
                for app in agent["apps"]?.arrayValue ?? [] { print("      app \(app.text("slug")): \(app.text("health"))") }
            }
        }
    }
}

/// `berth logs`
struct LogsCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Show the log of a workspace's build.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @Option(name: [.customShort("n"), .customLong("build-number")], help: "Which build; 0 for the latest, -1 for the one before it.")
    var buildNumber = 0
    @Flag(name: .shortAndLong, help: "Go on until the build has ended.")
    var follow = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let name = try WorkspaceName(workspace)
        let found = try await name.find(client)
        var build = found["latest_build"] ?? [:]
        if buildNumber != 0 {
            let number = buildNumber > 0 ? buildNumber : (build["build_number"]?.intValue ?? 1) + buildNumber
            build = try await client.get("/api/v2/users/\(segment(name.owner))/workspace/\(segment(name.name))/builds/\(number)")
        }
        let path = "/api/v2/workspacebuilds/\(build.text("id"))/logs"
        if follow { return try await BuildProgress.follow(client, logs: path) }
        for line in try await client.get(path).arrayValue ?? [] {
            print("\(line.text("created_at")) [\(line.text("stage"))] \(line.text("output"))")
        }
    }
}
