/// Version and address of a deployment.
package struct BuildInfo: Codable, Sendable, Hashable {
    package var externalURL: String
    package var version: String
    package var dashboardURL: String
    package var deploymentID: String
    package var agentAPIVersion = "2.0"
    package var provisionerAPIVersion = "1.0"
    package var telemetry = false
    package var upgradeMessage = ""
    package var webpushPublicKey = ""
    package var workspaceProxy = false

    /// What a server says of itself.
    package init(externalURL: String, version: String, dashboardURL: String, deploymentID: String) {
        self.externalURL = externalURL
        self.version = version
        self.dashboardURL = dashboardURL
        self.deploymentID = deploymentID
    }
}
