import APIClient
import ArgumentParser
import JSON

/// A workspace as a person names it: `name`, `owner/name`, and with `.agent` where one is meant.
struct WorkspaceName {
    var owner: String
    var name: String
    var agent: String?

    /// - Throws: `ValidationError` if it is none.
    init(_ text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let last = (parts.last ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts.contains(where: \.isEmpty), !last.contains(where: \.isEmpty), let name = last.first else {
            throw ValidationError("\"\(text)\" names no workspace; it is NAME, or OWNER/NAME, with .AGENT behind it where one is meant")
        }
        owner = parts.count == 2 ? String(parts[0]) : "me"
        self.name = String(name)
        agent = last.count == 2 ? String(last[1]) : nil
    }

    /// From the host name that an SSH client was given: `name.berth`, `owner--name.berth`, `coder.name`; else as ``init(_:)``.
    init(host: String) throws {
        var text = host
        if text.hasSuffix(".berth") {
            text = String(text.dropLast(6))
        } else if text.hasPrefix("coder.") {
            text = String(text.dropFirst(6))
        }
        if let range = text.firstRange(of: "--") { text.replaceSubrange(range, with: "/") }
        try self.init(text)
    }

    func find(_ client: APIClient) async throws -> JSONValue {
        do {
            return try await client.get("/api/v2/users/\(segment(owner))/workspace/\(segment(name))")
        } catch let error as APIError where error.status == 404 {
            throw APIError(
                status: 404, message: "there is no workspace \"\(name)\"\(owner == "me" ? "" : " of \(owner)"), or it is not yours to see",
                detail: "\"berth list\" shows those that there are.", request: error.request)
        }
    }

    /// The agent that is meant, of the latest build.
    ///
    /// - Throws: `ValidationError` if there is none, or more than one.
    func findAgent(in workspace: JSONValue) throws -> JSONValue {
        let resources = workspace["latest_build"]?["resources"]?.arrayValue ?? []
        let agents = resources.flatMap { $0["agents"]?.arrayValue ?? [] }
        let names = agents.map { $0.text("name") }.joined(separator: ", ")
        if let agent {
            guard let found = agents.first(where: { $0.text("name") == agent }) else {
                throw ValidationError("\(name) has no agent \"\(agent)\"; it has \(names.isEmpty ? "none" : names)")
            }
            return found
        }
        guard agents.count == 1, let only = agents.first else {
            throw ValidationError(
                agents.isEmpty
                    ? "\(name) has no agent: is it running? \"berth start \(name)\" starts it"
                    : "\(name) has several agents: say \(name).AGENT, of \(names)")
        }
        return only
    }
}
