/// Where the documents go: paths below the access URL, and below a tunnel.
package enum AgentRoutes {
    /// `GET`: ``AgentManifest``.
    package static let manifest = "/api/v2/berth/agent/manifest"
    /// `POST` ``AgentReport``; answered with 204. With 413, there have been enough logs.
    package static let report = "/api/v2/berth/agent/report"
    /// `GET`: `{"public_key", "private_key"}`, the owner's key for git.
    package static let gitSSHKey = "/api/v2/berth/agent/git-ssh-key"
    /// `GET` with `match=HOST`, or `id=ID`: `{"username", "password", "access_token", "url"}`.
    package static let externalAuth = "/api/v2/berth/agent/external-auth"

    /// Through the tunnel, `GET`: `{"ports": [...]}` of ``AgentListeningPort``.
    package static let listeningPorts = "/v1/listening-ports"
    /// Through the tunnel, `GET`: what the agent is and does, for people.
    package static let debug = "/v1/debug"
}
