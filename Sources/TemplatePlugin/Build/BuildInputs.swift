import JSON
import ProviderKit
import Providers

/// What a build is, as the inputs of an operation say it.
struct BuildInputs: Sendable {
    let json: JSONValue

    /// A member of a member, as text.
    private func text(_ group: String, _ name: String) -> String? { json[group]?[name]?.stringValue }

    private func texts(_ name: String) -> [String: String] { Self.texts(json[name]) }

    private static func texts(_ object: JSONValue?) -> [String: String] { (object?.objectValue ?? [:]).compactMapValues(\.stringValue) }

    /// By name.
    var variables: [String: String] { texts("variables") }
    var parameters: [String: String] { texts("parameters") }
    var previousParameters: [String: String] { texts("previous_parameters") }
    var externalAuth: [String: String] { texts("external_auth") }

    var transition: BuildEnvironment.Transition {
        switch json["transition"]?.stringValue {
        case "stop": .stop
        case "delete": .destroy
        default: .start
        }
    }

    /// Tokens that agents are to keep, by agent; nil if the inputs do not say.
    var runningTokens: [String: String]? { json["agent"]?["running_tokens"].map { Self.texts($0) } }

    /// What puts agents into what is created; nil if nobody asked for that.
    var agents: AgentDelivery? {
        guard let agent = json["agent"], let url = text("deployment", "access_url") else { return nil }
        let executables = (agent["executables"]?.arrayValue ?? []).compactMap { executable -> AgentDelivery.Executable? in
            func member(_ name: String) -> String? { executable[name]?.stringValue }
            guard let os = member("os"), let arch = member("arch"), let path = member("path"), let hash = member("sha256") else {
                return nil
            }
            return AgentDelivery.Executable(os: os, arch: arch, path: path, sha256: hash)
        }
        return AgentDelivery(accessURL: url, executables: executables)
    }

    /// The build as providers are told of it.
    ///
    /// - Parameter tokens: of agents that exist, by agent.
    func environment(tokens: [String: String]) -> BuildEnvironment {
        var build = BuildEnvironment(
            buildID: text("build", "id"), accessURL: text("deployment", "access_url") ?? "",
            workspace: .init(id: text("workspace", "id") ?? "", name: text("workspace", "name") ?? "", transition: transition),
            owner: owner,
            template: .init(
                id: text("template", "id") ?? "", name: text("template", "name") ?? "", version: text("template", "version") ?? ""))
        build.parameters = parameters
        build.previousParameters = previousParameters
        build.externalAuth = externalAuth
        build.runningAgentTokens = tokens
        for (key, script) in Self.texts(json["agent"]?["scripts"]) {
            let parts = key.split(separator: "_", maxSplits: 1).map(String.init)
            if parts.count == 2 { build.agentScripts[.init(os: parts[0], arch: parts[1])] = script }
        }
        return build
    }

    private var owner: BuildEnvironment.Owner {
        func owner(_ name: String) -> String { text("owner", name) ?? "" }
        let roles = (json["owner"]?["roles"]?.arrayValue ?? []).compactMap { role in
            role["name"]?.stringValue.map { BuildEnvironment.Role(name: $0, organizationID: role["organization_id"]?.stringValue ?? "") }
        }
        return BuildEnvironment.Owner(
            id: owner("id"), name: owner("name"), fullName: owner("full_name"), email: owner("email"), loginType: owner("login_type"),
            groups: (json["owner"]?["groups"]?.arrayValue ?? []).compactMap(\.stringValue), roles: roles,
            sshPublicKey: owner("ssh_public_key"), sshPrivateKey: owner("ssh_private_key"), sessionToken: owner("session_token"),
            oidcAccessToken: owner("oidc_access_token"))
    }
}
