import HCL
import ProviderKit

/// What resource types and data sources of the provider know of the build.
struct CoderContext: Sendable {
    /// Where the deployment is.
    var url: AccessURL
    /// The `CODER_…` variables.
    var variables: [String: String] = [:]
    /// Whether a parameter with a wrong value is read all the same.
    var isLenient = false
    var makeUUID: @Sendable () -> String = CoderUUID.make

    /// A variable; one that is empty counts as absent.
    func variable(_ name: String, default absent: String = "") -> String {
        guard let value = variables[name], !value.isEmpty else { return absent }
        return value
    }

    /// A variable that every build of a workspace has. Outside of builds it may be absent: a template can be planned anywhere.
    func required(_ name: String, _ what: String) throws(ProviderError) -> String {
        let value = variable(name)
        guard !value.isEmpty || variable("CODER_WORKSPACE_BUILD_ID").isEmpty else {
            throw ProviderError("\(what) is missing: \(name) is required")
        }
        return value
    }

    func isTrue(_ name: String) -> Bool { variable(name).lowercased() == "true" }

    /// What installs and starts an agent, for this deployment; empty outside of builds.
    func initScript(os: String, arch: String, auth: String) -> String {
        variable("CODER_AGENT_SCRIPT_\(os)_\(arch)").replacing("${ACCESS_URL}", with: url.root).replacing("${AUTH_TYPE}", with: auth)
    }

    /// The token of an agent: a new one in every build, unless the build says that the agent runs already.
    ///
    /// - Parameter id: of the agent; empty before it has one.
    func agentToken(id: String) -> String {
        // The variable without an identifier is for a template with one agent.
        let running = [id, ""].map { variable(BuildEnvironment.runningAgentTokenVariable(agentID: $0)) }.first { !$0.isEmpty }
        return running ?? makeUUID()
    }
}
