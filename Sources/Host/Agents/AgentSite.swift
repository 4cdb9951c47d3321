/// What agents are told of the deployment.
package struct AgentSite: Sendable {
    /// Where users and agents reach it.
    package var accessURL: String
    /// Under which apps have names of their own: `*.dev.example.org`; empty if they have none.
    package var wildcardHost: String
    /// Whose certificates agents and their sessions are to trust besides the usual, PEM.
    package var certificates: String

    package init(accessURL: String, wildcardHost: String = "", certificates: String = "") {
        self.accessURL = accessURL
        self.wildcardHost = wildcardHost
        self.certificates = certificates
    }

    /// How a browser reaches a port of an agent, with `{{port}}` for its number.
    func proxyURI(of agent: AgentIdentity) -> String {
        guard wildcardHost.hasPrefix("*") else { return "" }
        let scheme = accessURL.hasPrefix("https:") ? "https" : "http"
        return "\(scheme)://{{port}}--\(agent.name)--\(agent.workspaceName)--\(agent.ownerName)\(wildcardHost.dropFirst())"
    }
}
