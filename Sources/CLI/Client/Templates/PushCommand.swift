import APIClient
import ArgumentParser
import Glibc
import JSON
import PluginTooling
import TemplateModules

/// `berth templates push`
struct PushCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Make a template of a directory, or a new version of one that is there.",
        discussion: "The directory is uploaded, imported by the plugin that its providers ask for, and becomes the active version.")

    @Argument(help: "Name of the template; else that of the directory.")
    var template: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("What to upload.", valueName: "path"))
    var directory = "."
    @Option(name: .customLong("name"), help: "Name of the version; else a random one.")
    var versionName: String?
    @Option(name: .shortAndLong, help: "What is new, for people.")
    var message = ""
    @Option(
        name: [.customLong("variable"), .customLong("var")], help: ArgumentHelp("A variable of the template.", valueName: "name=value"))
    var variables: [String] = []
    @Option(name: .long, help: ArgumentHelp("Which servers may run it; plugin=NAME chooses the plugin.", valueName: "name=value"))
    var provisionerTag: [String] = []
    @Option(name: .long, help: "Whether the new version becomes the active one.")
    var activate = true
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let path = PluginLocator.absolute(directory)
        let name = template ?? path.split(separator: "/").last.map(String.init) ?? ""
        let organization = try await client.get("/api/v2/organizations/default").text("id")
        let existing = try await find(name, in: organization, client)
        if !yes, Prompt.isPossible,
            try !Prompt.confirm("Upload \(path) as \(existing == nil ? "a new template" : "a new version of") \(name)?", missing: "")
        {
            throw ExitCode.failure
        }
        let archive: TemplateArchive
        do { archive = try TemplateArchive(directory: path) } catch { throw ValidationError("\(error)") }
        let file = try await client.upload("/api/v2/files", archive.tar(), type: "application/x-tar").text("hash")
        var body: JSONValue = [
            "message": .string(message), "file_id": .string(file), "storage_method": "file", "provisioner": "terraform",
            "tags": .object(try pairs(provisionerTag, "--provisioner-tag").mapValues { .string($0) }),
            "user_variable_values": .array(
                try pairs(variables, "--variable").sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] }),
        ]
        if let versionName { body["name"] = .string(versionName) }
        if let existing { body["template_id"] = existing["id"] }
        let version = try await client.post("/api/v2/organizations/\(organization)/templateversions", body)
        let id = version.text("id")
        try await BuildProgress.follow(client, logs: "/api/v2/templateversions/\(id)/logs")
        let imported = try await client.get("/api/v2/templateversions/\(id)")
        try BuildProgress.check(imported["job"] ?? [:], "the import")
        if let existing {
            if activate { _ = try await client.patch("/api/v2/templates/\(existing.text("id"))/versions", ["id": .string(id)]) }
            print("Version \(imported.text("name")) of \(name) is \(activate ? "active" : "imported, and not active").")
        } else {
            _ = try await client.post(
                "/api/v2/organizations/\(organization)/templates", ["name": .string(name), "template_version_id": .string(id)])
            print("Template \(name) is there. Make a workspace of it: berth create --template \(name) NAME")
        }
    }

    private func find(_ name: String, in organization: String, _ client: APIClient) async throws -> JSONValue? {
        do {
            return try await client.get("/api/v2/organizations/\(organization)/templates/\(segment(name))")
        } catch let error as APIError where error.status == 404 {
            return nil
        }
    }
}

/// `name=value`, by name.
func pairs(_ words: [String], _ option: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for word in words {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("\(option) \"\(word)\" is not NAME=VALUE") }
        pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
}
