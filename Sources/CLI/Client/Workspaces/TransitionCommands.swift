import APIClient
import ArgumentParser
import JSON

/// A build of a workspace that is there.
enum WorkspaceBuild {
    static func run(
        _ client: APIClient, _ workspace: JSONValue, _ transition: String, version: String? = nil, values: JSONValue = [],
        isOrphan: Bool = false,
        waits: Bool = true
    ) async throws {
        var body: JSONValue = ["transition": .string(transition), "rich_parameter_values": values]
        if let version { body["template_version_id"] = .string(version) }
        if isOrphan { body["orphan"] = true }
        let build = try await client.post("/api/v2/workspaces/\(workspace.text("id"))/builds", body)
        if waits { try await BuildProgress.finish(client, build: build, noun: "the build") }
    }

    /// Answers of the latest build, by name.
    static func parameters(_ client: APIClient, _ workspace: JSONValue) async throws -> [String: String] {
        let id = workspace["latest_build"]?.text("id") ?? ""
        let values = try await client.get("/api/v2/workspacebuilds/\(id)/parameters").arrayValue ?? []
        return Dictionary(values.map { ($0.text("name"), $0.text("value")) }, uniquingKeysWith: { $1 })
    }
}

/// `berth start`
struct StartCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a workspace.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @OptionGroup var parameters: ParameterOptions
    @Flag(name: .long, help: "Do not wait until it runs.")
    var noWait = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await WorkspaceName(workspace).find(client)
        let version = found["latest_build"]?.text("template_version_id") ?? ""
        let previous = try await WorkspaceBuild.parameters(client, found)
        let values = try await parameters.values(client, version: version, previous: previous, asks: !yes)
        try await WorkspaceBuild.run(client, found, "start", values: values, waits: !noWait)
        print(noWait ? "\(workspace) is being started." : "\(workspace) runs. Open it: berth ssh \(workspace)")
    }
}

/// `berth stop`
struct StopCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop a workspace; what it keeps stays.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await WorkspaceName(workspace).find(client)
        if !yes, Prompt.isPossible, try !Prompt.confirm("Stop \(workspace)?", missing: "") { throw ExitCode.failure }
        try await WorkspaceBuild.run(client, found, "stop")
        print("\(workspace) is stopped.")
    }
}

/// `berth restart`
struct RestartCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "restart", abstract: "Stop a workspace, and start it again.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @OptionGroup var parameters: ParameterOptions
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await WorkspaceName(workspace).find(client)
        if !yes, Prompt.isPossible, try !Prompt.confirm("Restart \(workspace)?", missing: "") { throw ExitCode.failure }
        let version = found["latest_build"]?.text("template_version_id") ?? ""
        let previous = try await WorkspaceBuild.parameters(client, found)
        let values = try await parameters.values(client, version: version, previous: previous, asks: !yes)
        try await WorkspaceBuild.run(client, found, "stop")
        try await WorkspaceBuild.run(client, found, "start", values: values)
        print("\(workspace) runs.")
    }
}

/// `berth update`
struct UpdateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Bring a workspace to the active version of its template, and start it.")

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @OptionGroup var parameters: ParameterOptions
    @Flag(name: .long, help: "Ask every question again.")
    var alwaysPrompt = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await WorkspaceName(workspace).find(client)
        let active = found.text("template_active_version_id")
        let isRunning = found["latest_build"]?.text("transition") == "start"
        if found["outdated"]?.boolValue != true, !alwaysPrompt, isRunning { return print("\(workspace) is up to date.") }
        let previous = alwaysPrompt ? [:] : try await WorkspaceBuild.parameters(client, found)
        let values = try await parameters.values(client, version: active, previous: previous, asks: true)
        if isRunning { try await WorkspaceBuild.run(client, found, "stop") }
        try await WorkspaceBuild.run(client, found, "start", version: active, values: values)
        print("\(workspace) runs, and is up to date.")
    }
}

/// `berth delete`
struct DeleteCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a workspace, and everything that was made for it.", aliases: ["rm"])

    @Argument(help: "NAME or OWNER/NAME.")
    var workspace: String
    @Flag(name: .long, help: "Forget the workspace, and leave everything that was made for it where it is.")
    var orphan = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let found = try await WorkspaceName(workspace).find(client)
        let question = orphan ? "Forget \(workspace), and leave what it made behind?" : "Delete \(workspace) with everything in it?"
        if !yes, try !Prompt.confirm(question, missing: "deleting loses data: add --yes if you mean it") { throw ExitCode.failure }
        try await WorkspaceBuild.run(client, found, "delete", isOrphan: orphan)
        print(orphan ? "\(workspace) is forgotten." : "\(workspace) is deleted.")
    }
}
