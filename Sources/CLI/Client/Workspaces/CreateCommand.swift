import APIClient
import ArgumentParser
import JSON

/// `berth create`
struct CreateCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a workspace of a template, and start it.")

    @Argument(help: "Name of the workspace, or OWNER/NAME.")
    var workspace: String?
    @Option(name: .shortAndLong, help: "Name of the template.")
    var template: String?
    @Option(name: .long, help: "Name of a version of it; else the active one.")
    var templateVersion: String?
    @Option(name: .long, help: "How long it runs before it is stopped, as 8h.")
    var stopAfter: String?
    @OptionGroup var parameters: ParameterOptions
    @Flag(name: .long, help: "Do not wait until it runs.")
    var noWait = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let word =
            try workspace
            ?? Prompt.text("Name of the workspace", missing: "give the workspace a name: berth create NAME --template TEMPLATE")
        let name = try WorkspaceName(word)
        let organization = try await client.get("/api/v2/organizations/default").text("id")
        let template = try await self.template(client, organization)
        var version = template.text("active_version_id")
        if let templateVersion {
            version = try await client.get("/api/v2/templates/\(template.text("id"))/versions/\(segment(templateVersion))").text("id")
        }
        let values = try await parameters.values(client, version: version, previous: [:], asks: !yes)
        var body: JSONValue = [
            "name": .string(name.name), "template_version_id": .string(version), "rich_parameter_values": values,
            "automatic_updates": "never",
        ]
        if let stopAfter {
            guard let seconds = GoDuration.seconds(stopAfter) else {
                throw ValidationError("--stop-after \"\(stopAfter)\" is not a duration, as 8h or 90m")
            }
            body["ttl_ms"] = .integer(Int64(seconds) * 1000)
        }
        let made = try await client.post("/api/v2/users/\(segment(name.owner))/workspaces", body)
        let build = made["latest_build"] ?? [:]
        if noWait { return print("\(name.name) is being made; \"berth logs -f \(name.name)\" shows how.") }
        try await BuildProgress.finish(client, build: build, noun: "the build")
        print("\(name.name) runs. Open it: berth ssh \(word)")
    }

    private func template(_ client: APIClient, _ organization: String) async throws -> JSONValue {
        if let template {
            do { return try await client.get("/api/v2/organizations/\(organization)/templates/\(segment(template))") } catch let error
                as APIError
                where error.status == 404
            {
                throw APIError(
                    status: 404, message: "there is no template \"\(template)\"",
                    detail: "\"berth templates list\" shows those that there are.",
                    request: error.request)
            }
        }
        let all = try await client.get("/api/v2/templates").arrayValue ?? []
        if all.isEmpty { throw ValidationError("there are no templates yet; \"berth templates push\" makes one of a directory") }
        if all.count == 1 { return all[0] }
        let chosen = try Prompt.choice(
            "Which template?", of: all.map { ($0.text("name"), $0.text("name")) }, default: nil, missing: "give --template NAME")
        return all.first { $0.text("name") == chosen } ?? .null
    }
}

/// Durations as Go writes them.
enum GoDuration {
    /// Whole seconds; nil if it is none.
    static func seconds(_ text: String) -> Int? {
        var (total, number) = (0, "")
        for character in text {
            if character.isASCII, character.isNumber {
                number.append(character)
            } else if let unit = ["h": 3600, "m": 60, "s": 1, "d": 86_400][character], let count = Int(number), count < 1_000_000 {
                total += unit * count
                number = ""
            } else {
                return nil
            }
        }
        return number.isEmpty && !text.isEmpty ? total : nil
    }
}
